import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet'
import { AppError } from '../../core/errors/app-error.ts'
import ecgomics from '../../inference/modules/ecgomics/index.ts'
import type { FeatureValue } from '../../inference/modules/ecgomics/types.ts'
import type { InferenceRuntime } from '../../inference/runtime/runtime.ts'
import { simulateEcg } from '../demo/simulate/ecg.ts'
import { LONG_COLUMNS, longRows, type Row, WIDE_COLUMNS, wideRow } from './columns.ts'
import { tracingsInFolder } from './from-files.ts'
import { pseudonyms } from './pseudonym.ts'
import type { ExportedTracing } from './tracing.ts'
import { writeTable } from './write-table.ts'

let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'export-'))
})
afterAll(() => rm(dir, { recursive: true }))

const features: FeatureValue[] = [
  { id: 'qt.fridericia', value: 412.345678, confidence: { low: 409, high: 415.5, n: 10 } },
  { id: 'st.j', lead: 'V2', value: 0.0512 },
  { id: 'st.j', lead: 'V7', value: 0.01 },
  { id: 'qrs.axis.category', category: 'normal' },
  { id: 'pr.interval', absent: 'p-wave-not-applicable' }
]
const tracing: ExportedTracing = {
  tracing: 't1',
  patient: 'p1',
  day: 0,
  age: 61,
  sex: 'female',
  synthetic: false,
  features
}
async function* of(...rows: Row[]): AsyncIterable<Row> {
  yield* rows
}

test('the long table has a line for each feature, with interval, reference interval or the reason of absence', () => {
  const rows = longRows(tracing)
  expect(rows).toHaveLength(5)
  expect(rows[0]).toMatchObject({
    patient: 'p1',
    feature: 'qt.fridericia',
    value: 412.346,
    unit: 'ms',
    low95: 409,
    n: 10
  })
  expect(rows[4]).toMatchObject({ feature: 'pr.interval', value: null, absent: 'p-wave-not-applicable' })
  for (const row of rows) expect(Object.keys(row).sort()).toEqual(LONG_COLUMNS.map(({ name }) => name).sort())
})

test('the wide table has a column for each feature and standard lead, empty where nothing was measured', () => {
  const row = wideRow(tracing)
  expect(Object.keys(row)).toEqual(WIDE_COLUMNS.map(({ name }) => name))
  expect(row).toMatchObject({
    'qt.fridericia': 412.346,
    'st.j@V2': 0.0512,
    'qrs.axis.category': 'normal',
    'pr.interval': null
  })
  expect(row).not.toHaveProperty('st.j@V7')
})

test.each([
  ['long', LONG_COLUMNS, () => longRows(tracing)],
  ['wide', WIDE_COLUMNS, () => [wideRow(tracing)]]
] as const)('Parquet read back holds the %s table', async (name, columns, rowsOf) => {
  const path = join(dir, `${name}.parquet`)
  await writeTable(path, 'parquet', { columns, rows: of(...rowsOf()) })
  const file = await asyncBufferFromFile(path)
  expect(await parquetReadObjects({ file })).toEqual(rowsOf())
})

test('CSV has a header and the same rows', async () => {
  const path = join(dir, 'long.csv')
  await writeTable(path, 'csv', { columns: LONG_COLUMNS, rows: of(...longRows(tracing)) })
  const [header, first] = (await readFile(path, 'utf8')).split('\n')
  expect(header).toBe(LONG_COLUMNS.map(({ name }) => name).join(','))
  expect(first).toContain('t1,p1,0,61,female,no,,qt.fridericia,,structural,QTc Fridericia,412.346,')
})

test('a table that fails half-way is not left behind', async () => {
  const path = join(dir, 'half.csv')
  async function* failing(): AsyncIterable<Row> {
    yield* longRows(tracing)
    throw new AppError('DESTINATION_UNREACHABLE')
  }
  await expect(writeTable(path, 'csv', { columns: LONG_COLUMNS, rows: failing() })).rejects.toMatchObject({
    code: 'DESTINATION_UNREACHABLE'
  })
  await expect(readFile(path)).rejects.toMatchObject({ code: 'ENOENT' })
})

test('names are keyed hashes: the same with the same key, others with another, and a short key is refused', async () => {
  const [keyFile, otherFile, shortFile] = ['key', 'other', 'short'].map((name) => join(dir, name))
  await writeFile(keyFile!, 'a'.repeat(32))
  await writeFile(otherFile!, 'b'.repeat(32))
  await writeFile(shortFile!, 'c')
  const [one, again, other] = await Promise.all([keyFile, keyFile, otherFile].map(pseudonyms))
  expect(one!('patient', 'Patient/1')).toMatch(/^[0-9a-f]{24}$/)
  expect(again!('patient', 'Patient/1')).toBe(one!('patient', 'Patient/1'))
  expect(other!('patient', 'Patient/1')).not.toBe(one!('patient', 'Patient/1'))
  expect(one!('tracing', 'Patient/1')).not.toBe(one!('patient', 'Patient/1'))
  await expect(pseudonyms(shortFile)).rejects.toMatchObject({ code: 'CONFIG_INVALID', reason: 'key-too-short' })
})

test('a folder of recordings is measured file by file; what cannot be read or measured is told by code', async () => {
  const folder = await mkdtemp(join(dir, 'folder-'))
  for (const name of ['a.edf', 'broken.edf', 'flat.edf', 'notes.txt']) await writeFile(join(folder, name), '')
  const models = {
    manifest: () => {
      throw new AppError('MODEL_UNAVAILABLE', { reason: 'role' })
    }
  }
  const runtime = { run: (_: string, input: never, policy: never) => ecgomics.run(input, models as never, policy) }
  const skipped: [string, string][] = []
  const found: ExportedTracing[] = []
  for await (const one of tracingsInFolder(folder, {
    module: ecgomics as never,
    runtime: runtime as unknown as InferenceRuntime,
    policy: { parameters: { bootstrapDraws: 10 } },
    pseudonym: await pseudonyms(undefined),
    read: async (file) => {
      if (file.endsWith('broken.edf')) throw new AppError('DECODE_FAILED')
      const waveform = simulateEcg({ seed: 1 })
      if (file.endsWith('flat.edf')) for (const samples of waveform.samples) samples.fill(0)
      return { waveform, age: 95, sex: 'male', sha256: 'c'.repeat(64) }
    },
    onSkipped: (file, code) => skipped.push([file, code])
  }))
    found.push(one)
  expect(skipped).toEqual([
    ['broken.edf', 'DECODE_FAILED'],
    ['flat.edf', 'quality-unacceptable']
  ])
  expect(found).toMatchObject([{ file: 'a.edf', age: 90, sex: 'male' }])
  expect(found[0]!.features.length).toBeGreaterThan(500)
})
