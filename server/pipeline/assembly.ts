import type { Clock } from '../../core/clock.ts'
import type { DecodedPart, SubjectClaim, VisitClaim } from '../../core/decoded.ts'
import type { Envelope } from '../../core/envelope.ts'
import type { BusRecord, BusSubscription, EventBus } from '../../core/event-bus.ts'
import { failpoint } from '../../core/failpoint.ts'
import type { FhirStore } from '../../core/fhir-store.ts'
import type { Frame, Series } from '../../core/series.ts'
import type { Sql } from '../../core/sql.ts'
import type { ClinicalTime } from '../../core/time.ts'
import type { PipelineCounters } from './counters.ts'
import type { Story } from './story.ts'
import type { DurableTimers } from './timers.ts'

export const ASSEMBLY_TOPIC = 'timers.assembly'
export const ASSEMBLY_GROUP = 'assembly'

/** Of the message that brought the latest part: whose series it is. */
export interface AssemblyContext {
  /** Without its body. */
  envelope: Omit<Envelope, 'body'>
  subject?: SubjectClaim
  visit?: VisitClaim
  messageTime?: ClinicalTime
  processingId?: 'P' | 'T' | 'D'
}

export interface AssemblyDeps {
  sql: Sql
  bus: Pick<EventBus, 'subscribe'>
  timers: Pick<DurableTimers, 'at' | 'has'>
  /** Across the processes of one store: parts of one series may be worked on in several. */
  lock: FhirStore['lock']
  story: Pick<Story, 'linked'>
  clock: Clock
  /** Frames by slice position, then trigger time; sets `phase`. */
  order(frames: Frame[]): Frame[]
  /** Whether these frames make a whole series when the sender did not say how many there are. Default: never. */
  isWhole?(series: Series): boolean
  /** Idempotent: the same series again changes nothing; with more frames it makes a new version. */
  recordSeries(series: Series, context: AssemblyContext): Promise<{ resources: string[] }>
  counters?: Pick<PipelineCounters, 'seriesEmitted'>
}

export interface Assembly {
  start(): Promise<void>
  stop(): Promise<void>
  /** Keeps a part durably; emits the series when it completes it. `sha256` names the blob of the instance. */
  add(part: DecodedPart, sha256: string, context: AssemblyContext): Promise<void>
  /** Forgets assemblies without a new part since the instant whose series was emitted; a later part begins anew. */
  purge(before: Date): Promise<void>
}

interface Row {
  key: string
  series: string
  context: string
  expected: number | null
  quiet_ms: number
  last_part_at: number
  emitted_parts: number
}

/**
 * Joins the parts of a series that come in many messages (design section 4). Emitted when the expected number is there, or
 * when no part came for the quiet time (then marked incomplete). A part that comes later makes the series be emitted anew,
 * again after the quiet time, so that a burst of late frames makes one new version.
 *
 * Emission comes before its note in the table: a crash in between emits again, which `recordSeries` recognises.
 */
export function createAssembly(deps: AssemblyDeps): Assembly {
  const { sql, timers, clock } = deps
  const locked = <T>(key: string, work: () => Promise<T>): Promise<T> => deps.lock([`assembly|${key}`], work)
  let subscription: BusSubscription | undefined

  async function load(key: string): Promise<{ row: Row; parts: number } | undefined> {
    const [row] = await sql.all<Row>('SELECT * FROM assemblies WHERE key = ?', [key])
    const [count] = await sql.all<{ n: number }>('SELECT count(*) AS n FROM assembly_parts WHERE assembly = ?', [key])
    return row && { row, parts: Number(count?.n ?? 0) }
  }

  const timerOf = (key: string): string => `assembly:${key}`

  async function arm(key: string, at: number): Promise<void> {
    await timers.at(timerOf(key), new Date(at), ASSEMBLY_TOPIC, { key, value: new Uint8Array(0), headers: {} })
  }

  async function emit({ row, parts }: { row: Row; parts: number }, said: boolean): Promise<void> {
    const kept = await sql.all<{ sha256: string; frames: string; synthetic: number }>(
      'SELECT sha256, frames, synthetic FROM assembly_parts WHERE assembly = ? ORDER BY part',
      [row.key]
    )
    const frames = kept.flatMap(({ sha256, frames }) =>
      (JSON.parse(frames) as Omit<Frame, 'sha256'>[]).map((frame) => ({ ...frame, sha256 }))
    )
    const series: Series = {
      ...(JSON.parse(row.series) as DecodedPart['series']),
      synthetic: kept.some(({ synthetic }) => synthetic === 1),
      frames: deps.order(frames),
      complete: said
    }
    if (!said && row.expected === null) series.complete = deps.isWhole?.(series) ?? false
    const context = JSON.parse(row.context) as AssemblyContext
    const { resources } = await deps.recordSeries(series, context)
    failpoint('assembly.series-recorded')
    await sql.write([
      {
        sql: 'UPDATE assemblies SET emitted_parts = ?, version = version + 1 WHERE key = ?',
        params: [parts, row.key]
      }
    ])
    failpoint('assembly.emitted')
    if (deps.counters) deps.counters.seriesEmitted += 1
    await deps.story.linked(context.envelope.id, resources)
  }

  async function fire(key: string): Promise<void> {
    const found = await load(key)
    if (!found || found.parts <= found.row.emitted_parts) return
    const quietUntil = Number(found.row.last_part_at) + found.row.quiet_ms
    const leftMs = quietUntil - clock.now().getTime()
    // More than the quiet time itself: the clock was set back since the last part came, and it has been quiet.
    if (leftMs > 0 && leftMs <= found.row.quiet_ms) return arm(key, quietUntil)
    await emit(found, found.row.expected !== null && found.parts >= found.row.expected)
  }

  return {
    async start() {
      await sql.define([
        `CREATE TABLE IF NOT EXISTS assemblies (key TEXT PRIMARY KEY, series TEXT NOT NULL, context TEXT NOT NULL,
         expected INTEGER, quiet_ms INTEGER NOT NULL, last_part_at INTEGER NOT NULL, emitted_parts INTEGER NOT NULL,
         version INTEGER NOT NULL)`,
        `CREATE TABLE IF NOT EXISTS assembly_parts (assembly TEXT NOT NULL, part TEXT NOT NULL, sha256 TEXT NOT NULL,
         frames TEXT NOT NULL, synthetic INTEGER NOT NULL, PRIMARY KEY (assembly, part))`
      ])
      subscription = await deps.bus.subscribe(ASSEMBLY_TOPIC, ASSEMBLY_GROUP, (record: BusRecord) =>
        locked(record.key, () => fire(record.key))
      )
    },

    async stop() {
      await subscription?.stop()
    },

    add: (part, sha256, context) =>
      locked(part.assembly, async () => {
        const now = clock.now().getTime()
        await sql.write([
          {
            sql: `INSERT INTO assemblies (key, series, context, expected, quiet_ms, last_part_at, emitted_parts, version)
                  VALUES (?, ?, ?, ?, ?, ?, 0, 0)
                  ON CONFLICT (key) DO UPDATE SET context = excluded.context, quiet_ms = excluded.quiet_ms,
                  expected = coalesce(excluded.expected, assemblies.expected), last_part_at = excluded.last_part_at`,
            params: [
              part.assembly,
              JSON.stringify(part.series),
              JSON.stringify(context),
              part.expected ?? null,
              part.timeoutMs,
              now
            ]
          },
          {
            sql: `INSERT INTO assembly_parts (assembly, part, sha256, frames, synthetic) VALUES (?, ?, ?, ?, ?)
                  ON CONFLICT (assembly, part) DO NOTHING`,
            params: [part.assembly, part.part, sha256, JSON.stringify(part.frames), part.series.synthetic ? 1 : 0]
          }
        ])
        failpoint('assembly.part-kept')
        const found = (await load(part.assembly))!
        if (found.parts <= found.row.emitted_parts) return
        if (found.row.expected !== null && found.parts >= found.row.expected) return emit(found, true)
        // A timer that has just fired and waits to be handled looks at the parts by itself; one more does no harm.
        if (!(await timers.has(timerOf(part.assembly)))) await arm(part.assembly, now + part.timeoutMs)
      }),

    async purge(before) {
      const old = `SELECT key FROM assemblies WHERE last_part_at < ? AND emitted_parts =
        (SELECT count(*) FROM assembly_parts p WHERE p.assembly = assemblies.key)`
      const rows = await sql.all<{ key: string }>(`${old} LIMIT 500`, [before.getTime()])
      await sql.write(
        rows.flatMap(({ key }) => [
          { sql: 'DELETE FROM assembly_parts WHERE assembly = ?', params: [key] },
          { sql: 'DELETE FROM assemblies WHERE key = ?', params: [key] }
        ])
      )
    }
  }
}
