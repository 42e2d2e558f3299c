import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { demographics } from '../../adapters/formats/wfdb/comments.ts'
import { AppError } from '../../core/errors/app-error.ts'
import type { AnnotatedRecording } from '../../core/inference-module.ts'
import { beatMarks } from './annotated/beats.ts'
import { ageBand } from './annotated/groups.ts'
import { type LudbRow, readLudbTable } from './annotated/ludb-table.ts'
import { LUDB_LEADS, waveMarks } from './annotated/waves.ts'
import { readWfdbRecord } from './recording.ts'

/** Records of MIT-BIH that are of one person (directory of the database, "Records 201 and 202"). */
const SAME_PERSON: Readonly<Record<string, string>> = { '202': '201' }

/**
 * The annotated records of a folder, in the order of their names, one in memory at a time. Two layouts, told apart record
 * by record by the annotation files that lie beside the header:
 * LUDB: `N.hea`, `N.dat` and `N.i` ... `N.v6`, directly or in `data/`, with `ludb.csv` for age, sex and rhythm where there
 * is one. MIT-BIH: `N.hea`, `N.dat`, `N.atr`. Records without either are passed over.
 *
 * One person a record, but for 201 and 202 of MIT-BIH.
 *
 * @throws AppError BAD_REQUEST reason `no-records`; DECODE_FAILED and its like for a record that cannot be read
 */
export async function* annotatedRecordings(dir: string): AsyncIterable<AnnotatedRecording> {
  const { folder, names } = await recordFolder(dir)
  const present = new Set(names)
  const table = await readLudbTable([join(dir, 'ludb.csv'), join(folder, '..', 'ludb.csv')])
  for (const record of recordNames(names)) {
    const leads = LUDB_LEADS.filter((lead) => present.has(`${record}.${lead}`))
    const hasBeats = present.has(`${record}.atr`)
    if (leads.length === 0 && !hasBeats) continue
    const read = await readWfdbRecord(join(folder, `${record}.hea`))
    const waveform = read.waveforms[0]!
    const row: LudbRow = table.get(record) ?? {}
    const { age = row.age, sex = row.sex } = demographics(read.header.comments)
    const annotations = (extension: string): Promise<Buffer> => readFile(join(folder, `${record}.${extension}`))
    const marks = await Promise.all(leads.map(async (lead) => waveMarks(await annotations(lead), lead, waveform.leads)))
    yield {
      recordId: record,
      patientId: SAME_PERSON[record] ?? record,
      sha256: read.sha256!,
      waveform,
      ...(age === undefined ? {} : { age }),
      ...(sex === undefined ? {} : { sex }),
      groups: {
        ...(sex === undefined ? {} : { sex }),
        ...(age === undefined ? {} : { ageBand: ageBand(age) }),
        ...(row.rhythm === undefined ? {} : { rhythm: row.rhythm }),
        ...(row.pacing === undefined ? {} : { pacing: row.pacing })
      },
      ...(leads.length > 0 ? { marks: marks.flat() } : {}),
      ...(hasBeats ? beatMarks(await annotations('atr'), waveform.samples[0]!.length, waveform.leads.length) : {})
    }
  }
}

/** The folder itself, or its `data/` when the headers lie there. */
async function recordFolder(dir: string): Promise<{ folder: string; names: string[] }> {
  for (const folder of [dir, join(dir, 'data')]) {
    const names = await readdir(folder).catch(() => [])
    if (names.some((name) => name.endsWith('.hea'))) return { folder, names }
  }
  throw new AppError('BAD_REQUEST', { reason: 'no-records' })
}

/** '2' before '10', then by name. */
const recordNames = (names: readonly string[]): string[] =>
  names
    .filter((name) => name.endsWith('.hea'))
    .map((name) => name.slice(0, -'.hea'.length))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
