import type { Decoded } from '../../core/decoded.ts'
import type { Envelope } from '../../core/envelope.ts'
import type { Sql, Statement } from '../../core/sql.ts'
import type { ClinicalTime } from '../../core/time.ts'

/** Rules section 3: a jump over 5 min of receipt minus acquisition opens a Task. */
const JUMP_S = 5 * 60
/** Earlier delays that say what is usual for a source. */
const USUAL = 8
/** A peer that names itself anew with each message fills no table: sources beyond this are not watched. */
const MAX_SOURCES = 10_000

/**
 * Receipt minus acquisition of the recordings of a message, in seconds: ECGs by the start of each, images by the start of
 * their series, one an instance. Laboratory times are no clock of a device and are left out, and so is whatever has no
 * instant (a date alone is never midnight, rules section 3).
 */
export function delaysOf(envelope: Pick<Envelope, 'receivedAt'>, { groups }: Decoded): number[] {
  return groups.flatMap(({ waveforms, parts }) => [
    ...waveforms.flatMap(({ acquiredAt }) => delay(envelope, acquiredAt)),
    ...parts.flatMap(({ series }) => (series.startedAt ? delay(envelope, series.startedAt) : []))
  ])
}

function delay({ receivedAt }: Pick<Envelope, 'receivedAt'>, { instant, ambiguous }: ClinicalTime): number[] {
  return instant === undefined || ambiguous ? [] : [(Date.parse(receivedAt) - Date.parse(instant)) / 1000]
}

export interface SourceClocks {
  define(): Promise<void>
  /**
   * Compares the ECGs of a message with what is usual for its source.
   * @returns whether the source's clock jumped, and the statements that remember the new delays
   */
  note(envelope: Omit<Envelope, 'body'>, decoded: Decoded): Promise<{ jumped: boolean; statements: Statement[] }>
}

/** Who sent it, as the wire names it: a cart, a modality, an interface engine. */
export const sourceOf = ({ feed, correlation }: Pick<Envelope, 'feed' | 'correlation'>): string =>
  [feed, correlation.callingAeTitle ?? correlation.sendingApplication ?? '', correlation.sendingFacility ?? ''].join(
    '|'
  )

/**
 * The usual delay of each source, in the operational tables so that several processes share it. Only ECGs are compared: a
 * cine series is sent when the study is over, minutes or an hour after its start, which says nothing about a clock.
 */
export function createSourceClocks(sql: Sql): SourceClocks {
  return {
    define: () =>
      sql.define(['CREATE TABLE IF NOT EXISTS source_clocks (source TEXT PRIMARY KEY, delays TEXT NOT NULL)']),

    async note(envelope, { groups }) {
      const now = groups.flatMap(({ waveforms }) => waveforms.flatMap(({ acquiredAt }) => delay(envelope, acquiredAt)))
      if (now.length === 0 || envelope.correlation.replayOf !== undefined) return { jumped: false, statements: [] }
      const source = sourceOf(envelope)
      const [row] = await sql.all<{ delays: string }>('SELECT delays FROM source_clocks WHERE source = ?', [source])
      const before = row ? (JSON.parse(row.delays) as number[]) : []
      const usual = median(before)
      return {
        jumped: usual !== undefined && now.some((seconds) => Math.abs(seconds - usual) > JUMP_S),
        statements: [
          {
            sql: `INSERT INTO source_clocks (source, delays) SELECT ?, ? WHERE
                  (SELECT COUNT(*) FROM source_clocks) < ${MAX_SOURCES} OR
                  EXISTS (SELECT 1 FROM source_clocks WHERE source = ?)
                  ON CONFLICT (source) DO UPDATE SET delays = excluded.delays`,
            params: [source, JSON.stringify([...before, ...now].slice(-USUAL)), source]
          }
        ]
      }
    }
  }
}

function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor((sorted.length - 1) / 2)]
}
