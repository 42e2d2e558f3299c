import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sha256 } from '../../core/ids.ts'
import { labelledCases } from '../../inference/labelled/index.ts'
import { bootstrapIntervals } from '../../inference/metrics/bootstrap.ts'
import { brier, calibrationLine, expectedCalibrationError } from '../../inference/metrics/calibration.ts'
import { atThreshold, auroc, ruledOut, type Scored } from '../../inference/metrics/discrimination.ts'
import pocketK from '../../inference/modules/pocket-k/index.ts'
import { TINY_REFERENCE, tinyReferencePocketK, writeTinyModel } from '../../inference/runtime/fixtures/tiny-pocket-k.ts'
import { createRuntime, type InferenceRuntime } from '../../inference/runtime/runtime.ts'
import { evaluate } from './evaluate.ts'
import { inferFile } from './infer-file.ts'
import { readWfdbFiles } from './recording.ts'

let root: string
let data: string
let runtime: InferenceRuntime

/** R waves of the given height: tiny-pocket-k's probability rises with it. */
function record(height: number): Int16Array {
  return Int16Array.from({ length: 5000 }, (_, i) => {
    const t = (i % 500) / 500
    return Math.round(1000 * height * Math.exp(-0.5 * ((t - 0.3) / 0.03) ** 2) + 7 * ((i % 7) - 3))
  })
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'evaluate-'))
  data = join(root, 'labelled')
  await mkdir(data)
  const lines = ['record,patient,k_mmol_l,age,sex,ward']
  for (let i = 0; i < 40; i++) {
    // Higher R waves go with higher potassium, but not always: every eighth is turned round.
    const k = i % 8 === 0 ? 4 : 3.2 + i * 0.09
    const samples = record(i === 39 ? 0 : 0.5 + i * 0.1)
    await writeFile(join(data, `r${i}.dat`), new Uint8Array(samples.buffer))
    await writeFile(join(data, `r${i}.hea`), `r${i} 1 500 5000\nr${i}.dat 16 1000(0)/mV 16 0 0 0 0 I\n`)
    lines.push(`r${i},p${i >> 1},${k.toFixed(2)},${i === 38 ? 12 : 60},${i % 2 ? 'M' : 'F'},x`)
  }
  await writeFile(join(data, 'manifest.csv'), `${lines.join('\n')}\n`)
  const models = join(root, 'models')
  const dir = await writeTinyModel(models, {
    site: { operatingPoints: { 'k-gt-5.5': { threshold: 0.5 } } },
    changes: { training: { kind: 'simulated', recordsFile: 'training-records.json' } }
  })
  await writeFile(
    join(dir, 'training-records.json'),
    JSON.stringify({ records: [sha256(new Uint8Array(record(0.6).buffer))] })
  )
  const url = new URL('../../inference/modules/pocket-k/index.ts', import.meta.url).href
  runtime = createRuntime({ shippedRoot: models, modules: [{ id: 'pocket-k', url }], workers: 1 })
  await runtime.start()
})
afterAll(async () => {
  await runtime.stop()
  await rm(root, { recursive: true })
})

test('evaluate judges the served output, leaves training records out, counts refusals, and comes out twice alike', async () => {
  const first = await evaluate(pocketK as never, data, { runtime, draws: 200 })
  const { seconds, ...figures } = first
  expect(seconds).toBeGreaterThan(0)
  expect(figures.module).toBe('pocket-k')
  expect(figures.model).toEqual({
    name: 'tiny-fixture',
    version: '0.0.1',
    sha256: runtime.model('pocket-k/1').manifest.sha256
  })
  // 40 records: one seen in training (r1), one child (r38), one without a signal (r39)
  expect(figures.refused).toEqual([
    { code: 'age-out-of-range', n: 1 },
    { code: 'quality-unacceptable', n: 1 },
    { code: 'training-record', n: 1 }
  ])
  // K = 3.2 + 0.09 i > 5.5 from i = 26 on, without 32 (turned round), 38 and 39
  expect(figures.data).toEqual({ name: 'labelled', n: 37, patients: 19, positives: 11 })
  expect(figures.metrics[0]).toMatchObject({ name: 'auroc', n: 37 })
  expect(figures.metrics[0]!.value).toBeGreaterThan(0.9)
  expect(figures.metrics[0]!.ci[0]!).toBeLessThanOrEqual(figures.metrics[0]!.value!)
  expect(figures.metrics.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['npv', 'ruledOut', 'ece', 'auroc.k-gt-5.5', 'auroc.k-ge-6.0', 'auprc', 'calibration.slope'])
  )
  // Fewer than 30 a group: listed, not judged.
  expect(figures.metrics.find(({ name, group }) => name === 'auroc' && group === 'sex=male')).toMatchObject({
    value: null,
    n: 18
  })
  expect(figures.baselines[0]).toMatchObject({ name: 'constant score', metric: 'auroc', value: 0.5 })
  const { seconds: _again, ...second } = await evaluate(pocketK as never, data, { runtime, draws: 200 })
  expect(second).toEqual(figures)
  const all = await evaluate(pocketK as never, data, { runtime, draws: 10, includeTraining: true })
  expect(all.data).toMatchObject({ n: 38, name: 'labelled (training records included)' })
})

test('a folder that names own references shows what they bring, and the estimate where it is asked for', async () => {
  const folder = join(root, 'paired')
  await mkdir(folder)
  // The R waves of a person are as high as chance has it; only the rise over the own reference speaks.
  const lines = ['record,patient,k_mmol_l,age,reference']
  const write = async (name: string, height: number) => {
    const samples = record(height)
    await writeFile(join(folder, `${name}.dat`), new Uint8Array(samples.buffer))
    await writeFile(join(folder, `${name}.hea`), `${name} 1 500 5000\n${name}.dat 16 1000(0)/mV 16 0 0 0 0 I\n`)
  }
  for (let i = 0; i < 24; i++) {
    const own = 0.5 + ((i * 7) % 24) * 0.12
    await write(`then${i}`, own)
    await write(`now${i}`, own + (i % 2) * 0.5)
    lines.push(`now${i},p${i},${i % 2 ? 6.4 : 4.1},60,then${i}`)
  }
  await writeFile(join(folder, 'manifest.csv'), `${lines.join('\n')}\n`)
  const models = join(root, 'paired-models')
  const conformal = { alpha: 0.1, quantiles: { interval: 100 } }
  await writeTinyModel(models, { bytes: tinyReferencePocketK(), changes: { ...TINY_REFERENCE, conformal } })
  const url = new URL('../../inference/modules/pocket-k/index.ts', import.meta.url).href
  const paired = createRuntime({ shippedRoot: models, modules: [{ id: 'pocket-k', url }], workers: 1 })
  await paired.start()
  const { metrics, baselines } = await evaluate(pocketK as never, folder, {
    runtime: paired,
    draws: 100,
    policy: { estimatedPotassium: true, occlusion: false }
  })
  await paired.stop()
  const row = (name: string, group?: string) => metrics.find((one) => one.name === name && one.group === group)
  const alone = baselines.find(({ name, metric }) => name === 'without-reference' && metric === 'auroc')!
  expect(row('auroc.gain', 'served-without-reference')!.value).toBeCloseTo(row('auroc')!.value! - alone.value, 9)
  expect(row('auroc.gain', 'served-without-reference')!.ci[0]).toBeGreaterThan(0)
  expect(row('auroc.gain.k-ge-6.0', 'served-without-reference')).toMatchObject({ n: 24 })
  // A hundred sigmas hold anything.
  expect(row('potassium.coverage')).toMatchObject({ value: 1, n: 24 })
  expect(row('potassium.absoluteError')!.value).toBeGreaterThan(0)
})

test('a record that is not there, is damaged or has no unit is left out under its reason, and the others are judged', async () => {
  const folder = join(root, 'damaged')
  await mkdir(folder)
  const lines = ['record;patient;k-lt-3.5;k-gt-5.5;age;reference']
  const write = async (name: string, gain: string, bytes?: number) => {
    const samples = new Uint8Array(record(1 + lines.length * 0.2).buffer)
    await writeFile(join(folder, `${name}.dat`), samples.subarray(0, bytes ?? samples.length))
    await writeFile(join(folder, `${name}.hea`), `${name} 1 500 5000\n${name}.dat 16 ${gain} 16 0 0 0 0 I\n`)
    lines.push(`${name};${name};;${lines.length % 2};60;`)
  }
  for (let i = 0; i < 6; i++) await write(`r${i}`, '1000(0)/mV')
  await write('short', '1000(0)/mV', 500)
  await write('unitless', '1000(0)/furlong')
  await writeFile(join(folder, 'words.hea'), 'not a header')
  await writeFile(join(folder, 'alone.hea'), 'alone 1 500 5000\nalone.dat 16 1000(0)/mV 16 0 0 0 0 I\n')
  lines.push('words;words;;1;60;', 'alone;alone;;1;60;', 'gone;gone;;1;60;', 'r0;r0;;1;60;', 'r1.hea;r1;0;;60;')
  await writeFile(join(folder, 'again.hea'), 'again 1 500 5000\nr2.dat 16 1000(0)/mV 16 0 0 0 0 I\n')
  lines.push('again;again;;1;60;gone')
  await writeFile(join(folder, 'manifest.csv'), lines.join('\r\n'))
  const { data, refused, metrics } = await evaluate(pocketK as never, folder, { runtime, draws: 10 })
  expect(data).toMatchObject({ n: 6, positives: 3 })
  expect(refused).toEqual([
    { code: 'record-missing', n: 2 },
    { code: 'record-twice', n: 2 },
    { code: 'record-unreadable', n: 2 },
    { code: 'reference-missing', n: 1 },
    { code: 'unit-unknown', n: 1 }
  ])
  expect(metrics[0]).toMatchObject({ name: 'auroc', n: 6 })
  expect(metrics.find(({ name }) => name === 'auroc.k-gt-5.5')?.value).toBe(metrics[0]!.value)
})

test('a folder whose labels are none of the model says so instead of giving no figures', async () => {
  const folder = join(root, 'other-labels')
  await mkdir(folder)
  await writeFile(join(folder, 'r.dat'), new Uint8Array(record(1).buffer))
  await writeFile(join(folder, 'r.hea'), 'r 1 500 5000\nr.dat 16 1000(0)/mV 16 0 0 0 0 I\n')
  await writeFile(join(folder, 'manifest.csv'), 'record,patient,age,mi\nr,p,60,1\n')
  const others = { ...pocketK, dataset: (dir: string) => labelledCases(dir) }
  await expect(evaluate(others as never, folder, { runtime, draws: 10 })).rejects.toMatchObject({
    code: 'BAD_REQUEST',
    reason: 'labels-unknown'
  })
})

test('infer gives a Bundle with stable ids, and a refusal for an unknown age', async () => {
  const recording = await readWfdbFiles([join(data, 'r5.hea'), join(data, 'r5.dat')])
  const clock = { now: () => new Date('2026-01-05T08:30:00Z') }
  const scored = await inferFile(pocketK as never, { ...recording, age: 60 }, { runtime, clock })
  expect(await inferFile(pocketK as never, { ...recording, age: 60 }, { runtime, clock })).toEqual(scored)
  const risk = scored
    .entry!.map(({ resource }) => resource!)
    .find(({ resourceType }) => resourceType === 'RiskAssessment')
  expect(risk).toMatchObject({ status: 'preliminary' })
  const refused = await inferFile(pocketK as never, recording, { runtime, clock })
  expect(JSON.stringify(refused)).toContain('demographics-missing')
  expect(JSON.stringify(refused)).not.toContain('probabilityDecimal')
})

describe('metrics', () => {
  const cases = (pairs: [number, 0 | 1][]): Scored[] =>
    pairs.map(([probability, label], i) => ({ patient: `p${i}`, probability, label }))
  test('AUROC counts ties half', () => {
    // pairs (positive, negative): .8>.2, .8>.5, .5>.2 count 1, .5=.5 counts 1/2: 3.5 of 4
    expect(
      auroc(
        cases([
          [0.8, 1],
          [0.5, 1],
          [0.5, 0],
          [0.2, 0]
        ])
      )
    ).toBe(0.875)
    expect(auroc(cases([[0.8, 1]]))).toBeNaN()
  })
  test('rule-out and threshold figures', () => {
    const four = cases([
      [0.9, 1],
      [0.6, 0],
      [0.3, 1],
      [0.1, 0]
    ])
    expect(ruledOut(four, 0.5)).toEqual({ fraction: 0.5, npv: 0.5 })
    expect(atThreshold(four, 0.5)).toEqual({ sensitivity: 0.5, specificity: 0.5, ppv: 0.5 })
  })
  test('calibration of a perfectly calibrated and of an overconfident score', () => {
    const perfect = cases(
      Array.from({ length: 1000 }, (_, i) => [i % 2 ? 0.8 : 0.2, (i % 2 ? i % 10 < 8 : i % 10 < 2) ? 1 : 0])
    )
    expect(
      brier(
        cases([
          [1, 1],
          [0.5, 0]
        ])
      )
    ).toBe(0.125)
    expect(
      expectedCalibrationError(
        cases([
          [0.9, 0],
          [0.9, 0]
        ])
      )
    ).toBeCloseTo(0.9, 9)
    const line = calibrationLine(perfect)
    // P(1 | .8) = 4/5 of odd i: 1, 3, 5, 7 of 1, 3, 5, 7, 9; P(1 | .2) = 1/5 of even i
    expect(line.slope).toBeCloseTo(1, 6)
    expect(line.intercept).toBeCloseTo(0, 6)
    const over = calibrationLine(perfect.map((one) => ({ ...one, probability: one.probability > 0.5 ? 0.98 : 0.02 })))
    // ln 4 / ln 49
    expect(over.slope).toBeCloseTo(Math.log(4) / Math.log(49), 6)
  })
  test('the bootstrap draws patients, not cases', () => {
    const one = Array.from({ length: 50 }, () => ({ patient: 'a', value: 1 }))
    const mean = (some: readonly { value: number }[]) => some.reduce((sum, { value }) => sum + value, 0) / some.length
    expect(bootstrapIntervals([...one, { patient: 'b', value: 0 }], (some) => [mean(some)], 500)).toEqual([[0, 1]])
  })
})
