import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sha256 } from '../../core/ids.ts'
import anyecg from '../../inference/modules/anyecg/index.ts'
import { writeTinyEncoder, writeTinyProfile } from '../../inference/runtime/fixtures/tiny-anyecg.ts'
import { createRuntime, type InferenceRuntime } from '../../inference/runtime/runtime.ts'
import { simulateEcg } from '../demo/simulate/ecg.ts'
import { evaluate } from './evaluate.ts'

const RECORDS = 24
const RATE_HZ = 250
const SECONDS = 8.5
/** A heart whose waves are the higher the later the record: the fixture's MI rises with them. */
const heightOf = (i: number): number => 0.7 + i * 0.03
/** Every sixth is turned round, so that no score is perfect. */
const isIll = (i: number): boolean => (i % 6 === 0 ? i < RECORDS / 2 : i >= RECORDS / 2)

let root: string
let runtime: InferenceRuntime
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'evaluate-anyecg-'))
  for (const layout of ['ptbxl/records500', 'plain']) await mkdir(join(root, layout), { recursive: true })
  const { leads, samples } = simulateEcg({ seed: 3, rateHz: RATE_HZ, seconds: SECONDS })
  const digital = interleaved(samples)
  const names = leads.map(({ name }) => name)
  let first = ''
  for (let i = 0; i < RECORDS; i++) {
    // No two records may have one hash.
    digital[0] = i
    const bytes = new Uint8Array(digital.buffer).slice()
    for (const dir of ['plain', 'ptbxl/records500'])
      await writeRecord(join(root, dir), `r${i}`, { bytes, names, gain: 1000 / heightOf(i) })
    if (i === 0) first = sha256(bytes)
  }
  await writeFile(join(root, 'plain/manifest.csv'), plainTable())
  await writeFile(join(root, 'ptbxl/ptbxl_database.csv'), ptbXlTable())
  await writeFile(
    join(root, 'ptbxl/scp_statements.csv'),
    ',diagnostic,diagnostic_class\nNORM,1.0,NORM\nIMI,1.0,MI\nNDT,1.0,STTC\n'
  )
  const models = join(root, 'models')
  const encoder = await writeTinyEncoder(models, { changes: { training: { kind: 'simulated', records: [first] } } })
  await writeTinyProfile(models, {
    changes: { encoder: { role: 'ecg-encoder/1', sha256: encoder.sha256 } },
    assets: { 'baselines.json': { ageSex: { MI: { intercept: -2, age: 1, female: 0 } } } }
  })
  const url = new URL('../../inference/modules/anyecg/index.ts', import.meta.url).href
  runtime = createRuntime({ shippedRoot: models, modules: [{ id: 'anyecg', url }], workers: 1 })
  await runtime.start()
})
afterAll(async () => {
  await runtime.stop()
  await rm(root, { recursive: true })
})

/** Samples in uV, time step by time step (WFDB format 16). */
function interleaved(samples: readonly Float64Array[]): Int16Array {
  const out = new Int16Array(samples.length * samples[0]!.length)
  for (const [lead, values] of samples.entries())
    for (let i = 0; i < values.length; i++) out[i * samples.length + lead] = values[i]! * 1000
  return out
}

async function writeRecord(
  dir: string,
  name: string,
  { bytes, names, gain }: { bytes: Uint8Array; names: readonly string[]; gain: number }
): Promise<void> {
  const header = names.map((lead) => `${name}.dat 16 ${gain}(0)/mV 16 0 0 0 0 ${lead}`)
  const length = bytes.byteLength / 2 / names.length
  await writeFile(join(dir, `${name}.hea`), [`${name} ${names.length} ${RATE_HZ} ${length}`, ...header, ''].join('\n'))
  await writeFile(join(dir, `${name}.dat`), bytes)
}

function plainTable(): string {
  const rows = Array.from({ length: RECORDS }, (_, i) => {
    const age = i === 5 ? '' : i === 7 ? 12 : 40 + ((i * 7) % 40)
    return `r${i},p${i >> 1},${age},${i % 2 ? 'M' : 'F'},${Number(isIll(i))},0,`
  })
  return ['record,patient,age,sex,MI,NORM,copd', ...rows, ''].join('\n')
}

function ptbXlTable(): string {
  const rows = Array.from({ length: RECORDS + 1 }, (_, i) => {
    const statements = isIll(i) ? "{'IMI': 80.0, 'SR': 0.0}" : "{'NORM': 100.0}"
    return `${i},${i >> 1}.0,${i === 3 ? 300 : 40 + ((i * 7) % 40)},${i % 2},"${statements}",${(i % 8) + 1},records500/r${i}`
  })
  return ['ecg_id,patient_id,age,sex,scp_codes,strat_fold,filename_hr', ...rows, ''].join('\n')
}

const judged = (folder: string, includeTraining = false) =>
  evaluate(anyecg as never, join(root, folder), { runtime, draws: 100, includeTraining })

test('on the layout of PTB-XL: AUROC and gain of each superclass, their means, and the age-sex term beside them', async () => {
  const { metrics, baselines, refused, data } = await judged('ptbxl')
  const value = (name: string) => metrics.find((row) => row.name === name && row.group === undefined)?.value
  expect(refused).toEqual([
    { code: 'record-missing', n: 1 },
    { code: 'training-record', n: 1 }
  ])
  expect(data).toMatchObject({ n: 23, patients: 12 })
  expect(value('auroc.NORM')).toBeGreaterThan(0.7)
  expect(value('auroc.MI')).toBeGreaterThan(0.7)
  const own = baselines.find(({ name, metric }) => name === 'age-sex' && metric === 'auroc.MI')!
  expect(value('auroc.gain.MI')).toBeCloseTo(value('auroc.MI')! - own.value, 12)
  expect(value('auroc.macro')).toBeCloseTo((value('auroc.MI')! + value('auroc.NORM')!) / 2, 12)
  expect(value('auroc.gain.macro')).toBeCloseTo((value('auroc.gain.MI')! + value('auroc.gain.NORM')!) / 2, 12)
  expect(value('ece.macro')).toBeGreaterThanOrEqual(0)
  const macro = metrics.find(({ name }) => name === 'auroc.gain.macro')!
  expect(macro.ci[0]).toBeLessThanOrEqual(macro.value!)
  // STTC, CD and HYP have no case: they are in no mean, and the row says so.
  expect(macro.note).toBe('mean over NORM, MI')
  expect(baselines.map(({ name, metric }) => `${name} ${metric}`)).toContain('age-sex auroc.macro')
})

test('records of the training come in where they are asked for, and the data says so', async () => {
  const { data, refused } = await judged('ptbxl', true)
  expect(data).toMatchObject({ n: 24, name: 'ptbxl (training records included)' })
  expect(refused).toEqual([{ code: 'record-missing', n: 1 }])
})

test('on a plain folder: labels of its own, one without positives and one that nobody filled in', async () => {
  const { metrics, refused } = await judged('plain')
  expect(refused).toEqual([
    { code: 'age-out-of-range', n: 1 },
    { code: 'demographics-missing', n: 1 },
    { code: 'training-record', n: 1 }
  ])
  const macro = metrics.find(({ name }) => name === 'auroc.macro')!
  expect(macro).toMatchObject({ n: 21, note: 'mean over MI' })
  expect(metrics.find(({ name }) => name === 'auroc.NORM')?.value).toBeNull()
  expect(metrics.some(({ name }) => name.includes('copd'))).toBe(false)
})
