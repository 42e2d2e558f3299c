import { appendFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DiagnosticReport, Observation, RiskAssessment } from '@medplum/fhirtypes'
import { conformanceChecker } from '../../fhir-profiles/conformance.ts'
import pocketK from '../../inference/modules/pocket-k/index.ts'
import type { PocketKFindings, PocketKInput } from '../../inference/modules/pocket-k/types.ts'
import {
  TINY_PUBLISHED,
  TINY_REFERENCE,
  tinyPublishedPocketK,
  tinyReferencePocketK,
  writeTinyModel
} from '../../inference/runtime/fixtures/tiny-pocket-k.ts'
import { createRuntime, type InferenceRuntime } from '../../inference/runtime/runtime.ts'
import { besideObservations, predictedObservations } from '../../server/delivery/oru-observations.ts'
import { moduleContract, resultResources } from './module.contract.ts'

const MODULE = { id: 'pocket-k', url: new URL('../../inference/modules/pocket-k/index.ts', import.meta.url).href }
const HZ = 500

let root: string
let runtime: InferenceRuntime
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'module-'))
  await writeTinyModel(root, { site: { bands: { 'k-gt-5.5': { lowBelow: 0.2, highFrom: 0.5 } } } })
  runtime = createRuntime({ shippedRoot: root, modules: [MODULE], workers: 1 })
  await runtime.start()
})
afterAll(async () => {
  await runtime.stop()
  await rm(root, { recursive: true })
})

/** One R wave and one T wave a second, mV, with a converter's last step as noise. */
function leadI(seconds: number, rateHz = HZ): Float64Array {
  return Float64Array.from({ length: seconds * rateHz }, (_, i) => {
    const t = (i / rateHz) % 1
    return (
      Math.exp(-0.5 * ((t - 0.3) / 0.015) ** 2) +
      0.25 * Math.exp(-0.5 * ((t - 0.6) / 0.05) ** 2) +
      0.003 * ((i % 7) - 3)
    )
  })
}
const input = (changes: Partial<PocketKInput> = {}, samples = leadI(10), rateHz = HZ): PocketKInput => ({
  lead: { samples, rateHz, unit: 'mV' },
  age: 60,
  ...changes
})

moduleContract({
  module: pocketK as never,
  runtime: () => runtime,
  good: () => input(),
  hostile: [
    ['an empty lead', 'too-short', () => input({}, new Float64Array(0))],
    ['a flat lead', 'quality-unacceptable', () => input({}, new Float64Array(5000))],
    ['a lead of NaN', 'quality-unacceptable', () => input({}, new Float64Array(5000).fill(Number.NaN))],
    [
      'one missing sample',
      'quality-unacceptable',
      () =>
        input(
          {},
          leadI(10).map((value, i) => (i === 99 ? Number.NaN : value))
        )
    ],
    [
      'infinite samples',
      'quality-unacceptable',
      () =>
        input(
          {},
          leadI(10).map((value, i) => (i === 99 ? Number.POSITIVE_INFINITY : value))
        )
    ],
    [
      'a clipped lead',
      'quality-unacceptable',
      () =>
        input(
          {},
          leadI(10).map((value) => Math.min(value, 0.15))
        )
    ],
    [
      'microvolts called millivolts',
      'quality-unacceptable',
      () =>
        input(
          {},
          leadI(10).map((value) => value * 1000)
        )
    ],
    ['a rate of 100 Hz', 'rate-too-low', () => input({}, leadI(10, 100), 100)],
    ['no rate', 'rate-too-low', () => input({}, leadI(10), Number.NaN)],
    ['eight seconds', 'too-short', () => input({}, leadI(8))],
    ['no Lead I', 'lead-missing', () => ({ age: 60 })],
    ['an unknown unit', 'unit-unknown', () => input({ lead: { samples: leadI(10), rateHz: HZ, unit: '' } })],
    ['a paced heart', 'paced', () => input({ paced: true })],
    [
      'exchanged arms',
      'lead-reversal',
      () =>
        input(
          { avr: leadI(10) },
          leadI(10).map((value) => -value)
        )
    ],
    [
      'bigeminy',
      'rhythm-unsuitable',
      () =>
        input(
          {},
          leadI(10).map((value, i) => {
            // Every second a normal beat at .3 s, every other second a wide one .55 s behind it.
            const wide = 1.5 * Math.exp(-0.5 * ((((i / HZ) % 2) - 0.85) / 0.03) ** 2)
            return ((i / HZ) % 2 > 1 ? 0.003 * ((i % 7) - 3) : value) + wide
          })
        )
    ],
    ['a child', 'age-out-of-range', () => input({ age: 17 })],
    ['an unknown age', 'demographics-missing', () => input({ age: undefined })]
  ]
})

test('9 s are padded and limited; 30 s are three clips whose mean is served', async () => {
  const short = await runtime.run<{ quality: { reasons: string[] } }>('pocket-k', input({}, leadI(9)))
  expect(short.quality.reasons).toContain('zero-padded')
  const long = await runtime.run<{ clips: number[]; probabilities: Record<string, number> }>(
    'pocket-k',
    input({}, leadI(30))
  )
  expect(long.clips).toHaveLength(3)
  expect(long.probabilities['k-gt-5.5']).toBeCloseTo(long.clips.reduce((sum, value) => sum + value, 0) / 3, 6)
})

type Scored = Extract<PocketKFindings, { kind: 'scored' }>

/** Findings, and the resources of the whole transaction, of a model folder of another form. */
async function withModel<T>(
  model: Parameters<typeof writeTinyModel>[1],
  work: (runtime: InferenceRuntime) => Promise<T>
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'form-'))
  await writeTinyModel(folder, model)
  const other = createRuntime({ shippedRoot: folder, modules: [MODULE], workers: 1 })
  await other.start()
  try {
    return await work(other)
  } finally {
    await other.stop()
    await rm(folder, { recursive: true })
  }
}

test('a folder with reference inputs compares, and says in FHIR what is an estimate and what is not', async () => {
  const reference = {
    ecg: 'Observation/then/_history/2',
    potassium: { reference: 'Observation/k/_history/1', value: 4.1 },
    days: 3,
    lead: input({}, leadI(10)).lead!
  }
  const policy = { estimatedPotassium: true }
  const site = { bands: { 'k-gt-5.5': { lowBelow: 0.05, highFrom: 0.1 } } }
  const conformal = { alpha: 0.1, quantiles: { interval: 1.6 } }
  const model = { bytes: tinyReferencePocketK(), changes: { ...TINY_REFERENCE, conformal }, site }
  await withModel(model, async (other) => {
    const taller = leadI(10).map((value) => 1.4 * value)
    const found = await other.run<Scored>('pocket-k', input({ reference }, taller), policy)
    expect(found.probabilities['k-gt-5.5']!).toBeGreaterThan(found.reference!.without!['k-gt-5.5']!)
    const resources = await resultResources(pocketK as never, found, other, policy)
    const conforms = conformanceChecker()
    for (const resource of resources)
      for (const profile of resource.meta?.profile ?? [])
        if (profile.startsWith('https://hisbundle'))
          expect([profile, conforms(resource, profile)]).toEqual([profile, []])
    const observation = (code: string) =>
      resources.find((one) => one.resourceType === 'Observation' && one.code.coding?.[0]?.code === code) as Observation
    expect(observation('estimated-potassium-shift').valueQuantity).toMatchObject({ unit: 'mmol/L' })
    expect(JSON.stringify(resources)).not.toContain('2823-3')
    const risk = resources.find((one) => one.resourceType === 'RiskAssessment') as RiskAssessment
    const beside = resources.filter((one) => one.resourceType === 'Observation')
    expect(besideObservations(risk, beside, { status: 'P', equipment: [] })).toMatchObject([
      {
        code: { code: 'estimated-potassium-shift', system: '99HISB' },
        content: { type: 'NM' },
        units: { code: 'mmol/L' },
        subId: '4',
        notes: [expect.stringMatching(/^90 % interval \d\.\d+ to \d\.\d+ mmol\/L$/)]
      }
    ])
    const names = (of: Observation) => of.component!.map(({ code }) => code.coding![0]!.code)
    expect(names(observation('own-reference-comparison'))).toEqual(
      expect.arrayContaining(['probability-without-reference', 'change-t-amplitude'])
    )
    expect(observation('own-reference-comparison').derivedFrom).toEqual([
      { reference: 'Observation/ecg1/_history/1' },
      { reference: 'Observation/then/_history/2' }
    ])
    expect(names(observation('occlusion-explanation'))).toContain('occlusion-t')
    const report = resources.find((one) => one.resourceType === 'DiagnosticReport') as DiagnosticReport
    expect(report.result).toHaveLength(4)
    expect(report.conclusion).toContain('own tracing 3 days old, at a potassium of 4.1 mmol/L')
  })
})

test('the published form, one logit of a z-scored lead, gives a score and no probability, and says what it cannot', async () => {
  const policy = { estimatedPotassium: true }
  await withModel({ bytes: tinyPublishedPocketK(), changes: TINY_PUBLISHED, site: {} }, async (other) => {
    const found = await other.run<Scored>('pocket-k', input(), policy)
    expect(Object.keys(found.probabilities)).toEqual(['k-gt-5.5'])
    expect(found.unsupported).toEqual(['k-ge-6.0', 'interval'])
    const resources = await resultResources(pocketK as never, found, other, policy)
    const risk = resources.find((one) => one.resourceType === 'RiskAssessment') as RiskAssessment
    expect(risk.prediction).toMatchObject([
      { probabilityDecimal: expect.any(Number), rationale: expect.stringContaining('score, not a probability') },
      { extension: [{ valueCode: 'unsupported' }], outcome: { coding: [{ code: 'hyperkalaemia-ge-6.0' }] } }
    ])
    expect(risk.prediction![1]).not.toHaveProperty('probabilityDecimal')
    expect(JSON.stringify(risk)).not.toContain('performance-at-prevalence')
    const conforms = conformanceChecker()
    for (const resource of resources)
      for (const profile of resource.meta?.profile ?? [])
        if (profile.startsWith('https://hisbundle'))
          expect([profile, conforms(resource, profile)]).toEqual([profile, []])
    const said = predictedObservations(risk, { status: 'P', equipment: [] })
    expect(said.map(({ status, content, notes }) => [status, content.type, notes])).toEqual([
      ['P', 'NM', undefined],
      ['X', 'none', ['This model does not answer it.']]
    ])
    const own = { method: 'platt', modelSha256: other.model('pocket-k/1').manifest.sha256, slope: 1, intercept: 0 }
    const calibrated = await other.run<Scored>('pocket-k', input(), { calibration: { 'k-gt-5.5': own } })
    expect([found.calibrated, calibrated.calibrated]).toEqual([false, true])
  })
})

test('250 Hz and 1000 Hz score within 0.02 of 500 Hz', async () => {
  const score = async (rateHz: number) =>
    (await runtime.run<{ probabilities: Record<string, number> }>('pocket-k', input({}, leadI(10, rateHz), rateHz)))
      .probabilities['k-gt-5.5']!
  const at500 = await score(500)
  expect(Math.abs((await score(250)) - at500)).toBeLessThan(0.02)
  expect(Math.abs((await score(1000)) - at500)).toBeLessThan(0.02)
})

test('refuses to load with a changed model file', async () => {
  const other = await mkdtemp(join(tmpdir(), 'changed-'))
  await appendFile(join(await writeTinyModel(other), 'model.onnx'), 'x')
  const changed = createRuntime({ shippedRoot: other, modules: [MODULE], workers: 1 })
  await changed.start()
  expect(() => changed.model('pocket-k/1')).toThrow(expect.objectContaining({ code: 'MODEL_CHANGED' }))
  await expect(changed.run('pocket-k', input())).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE' })
  await changed.stop()
  await rm(other, { recursive: true })
})
