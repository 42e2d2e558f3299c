import { zipSync } from 'fflate'
import { AppError } from '../../../core/errors/app-error.ts'
import { compareRecordings, type Fidelity } from '../../../server/inference/compare-recordings.ts'
import { type RecordingFile, readRecordingBytes } from '../../../server/inference/recording-file.ts'
import type { Formats } from '../../../server/pipeline/formats.ts'
import { reading, type Source } from './sources.ts'

/** What became of one recording in one format; a refusal by its code. */
export interface Passage {
  source: string
  to: string
  fidelity?: Fidelity
  refused?: string
}

/** The recording written as a format and read back by the reader that its bytes call for. */
export async function through(formats: Formats, source: Source, to: string): Promise<Passage> {
  try {
    const files = formats.writers.get(to)!.encode({ ...source.file.recording, subject: source.file.subject }, 'record')
    const bytes =
      files.length === 1
        ? files[0]!.bytes
        : zipSync(
            Object.fromEntries(files.map(({ extension, bytes }) => [`record${extension}`, new Uint8Array(bytes)])),
            { level: 0 }
          )
    const back = await readRecordingBytes(Buffer.from(bytes), files[0]!.extension, reading(formats))
    return { source: source.name, to, fidelity: compareRecordings(source.file, back) }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { source: source.name, to, refused: `${error.code}${error.reason ? ` ${error.reason}` : ''}` }
  }
}

/** Largest differences of a format over many recordings. */
export interface FidelityRow {
  to: string
  n: number
  lsb: number
  microvolts: number
  missing: number
  resolution: number
  rateHz: number
  startMs: number
  leads: string[]
  patient: string[]
  rest: string[]
  refused: string[]
}

export function rowOf(to: string, passages: readonly Passage[]): FidelityRow {
  const found = passages.flatMap(({ fidelity, source }) => (fidelity ? [{ ...fidelity, source }] : []))
  const worst = (of: (one: Fidelity) => number): number => Math.max(0, ...found.map((one) => Math.abs(of(one))))
  const all = (of: (one: Fidelity & { source: string }) => readonly string[]): string[] => [
    ...new Set(found.flatMap(of))
  ]
  const count = (of: (one: Fidelity) => boolean, name: string): string[] => {
    const n = found.filter(of).length
    return n > 0 ? [`${name} of ${n}`] : []
  }
  return {
    to,
    n: found.length,
    lsb: worst(({ lsb }) => lsb),
    microvolts: worst(({ microvolts }) => microvolts),
    missing: worst(({ missing }) => missing),
    resolution: worst(({ resolution }) => resolution),
    rateHz: worst(({ rateHz }) => rateHz),
    startMs: worst(({ startMs }) => startMs ?? 0),
    leads: all(({ leadsLost, leadsMoved, source }) =>
      [...leadsLost, ...leadsMoved].map((lead) => `${lead} of ${source}`)
    ),
    patient: all(({ patient }) => patient),
    rest: [
      ...count(({ waveformsLost }) => waveformsLost > 0, 'further waveforms'),
      ...count(({ statementsLost }) => statementsLost > 0, 'statements'),
      ...count(({ deviceLost }) => deviceLost, 'device'),
      ...count(({ syntheticLost }) => syntheticLost, 'synthetic')
    ],
    refused: passages.flatMap(({ refused, source }) => (refused ? [`${source}: ${refused}`] : []))
  }
}

/** The same tracing out of two containers. */
export const between = (a: RecordingFile, b: RecordingFile): Fidelity => compareRecordings(a, b)

/** The table as text, a row a format. */
export function printRows(rows: readonly FidelityRow[]): string {
  const header = ['format', 'n', 'samples', 'missing', 'gain', 'rate', 'lead names', 'time', 'patient', 'else not kept']
  const cells = rows.map((row) => [
    row.to,
    String(row.n),
    `${figure(row.lsb)} LSB, ${figure(row.microvolts)} uV`,
    String(row.missing),
    figure(row.resolution),
    `${figure(row.rateHz)} Hz`,
    row.leads.join(', ') || 'all',
    `${row.startMs} ms`,
    row.patient.length > 0 ? `without ${row.patient.join(', ')}` : 'all',
    row.rest.join(', ') || '-'
  ])
  const refused = rows.flatMap(({ to, refused }) => refused.map((text) => `  ${to} refuses ${text}`))
  return [
    `| ${header.join(' | ')} |`,
    `|${header.map(() => '---').join('|')}|`,
    ...cells.map((row) => `| ${row.join(' | ')} |`),
    ...refused
  ].join('\n')
}

const figure = (value: number): string => (value === 0 ? '0' : value.toPrecision(2))
