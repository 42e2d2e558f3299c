import { appendFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DiagnosticReport, Observation, Resource } from '@medplum/fhirtypes'
import type { ResultContext } from '../../core/inference-module.ts'
import { conformanceChecker } from '../../fhir-profiles/conformance.ts'
import { HIS, PROFILE } from '../../fhir-profiles/index.ts'
import ecgomics from '../../inference/modules/ecgomics/index.ts'
import type { EcgomicsFindings, EcgomicsInput } from '../../inference/modules/ecgomics/types.ts'
import { writeTinyDelineator } from '../../inference/runtime/fixtures/tiny-delineator.ts'
import { createRuntime, type InferenceRuntime } from '../../inference/runtime/runtime.ts'
import { simulateEcg } from '../../server/demo/simulate/ecg.ts'
import { resultWrites } from '../../server/inference/result-writes.ts'
import { moduleContract } from './module.contract.ts'

const MODULE = { id: 'ecgomics', url: new URL('../../inference/modules/ecgomics/index.ts', import.meta.url).href }
/** Fewer draws than a site has: what is held here does not depend on their number. */
const POLICY = { parameters: { bootstrapDraws: 20 } }

let root: string
let runtime: InferenceRuntime
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'module-'))
  await writeTinyDelineator(root)
  runtime = createRuntime({ shippedRoot: root, modules: [MODULE], workers: 1 })
  await runtime.start()
})
afterAll(async () => {
  await runtime.stop()
  await rm(root, { recursive: true })
})

const recording = simulateEcg({ seed: 3 })
const input = (changes: Partial<EcgomicsInput> = {}): EcgomicsInput => ({
  ...ecgomics.inputFrom!({ waveform: recording, age: 60, sex: 'female' }),
  acquiredAt: '2026-01-05T08:30:00.000Z',
  ...changes
})
const withLeads = (change: (samples: Float64Array) => Float64Array): EcgomicsInput =>
  input({ leads: input().leads.map((lead) => ({ ...lead, samples: change(lead.samples) })) })

moduleContract({
  module: ecgomics as never,
  runtime: () => runtime,
  policy: POLICY,
  good: () => input(),
  hostile: [
    ['no leads', 'lead-missing', () => input({ leads: [] })],
    ['empty leads', 'too-short', () => withLeads(() => new Float64Array(0))],
    ['flat leads', 'quality-unacceptable', () => withLeads((samples) => new Float64Array(samples.length))],
    [
      'leads of NaN',
      'quality-unacceptable',
      () => withLeads((samples) => new Float64Array(samples.length).fill(Number.NaN))
    ],
    [
      'infinite leads',
      'quality-unacceptable',
      () => withLeads((samples) => new Float64Array(samples.length).fill(Number.POSITIVE_INFINITY))
    ],
    [
      'clipped leads',
      'quality-unacceptable',
      () =>
        withLeads((samples) => {
          const [low, high] = [0.3 * Math.min(...samples), 0.3 * Math.max(...samples)]
          return samples.map((value) => Math.max(low, Math.min(value, high)))
        })
    ],
    [
      'microvolts called millivolts',
      'quality-unacceptable',
      () => withLeads((samples) => samples.map((value) => value * 1000))
    ],
    ['a rate of 50 Hz', 'rate-too-low', () => input({ rateHz: 50 })],
    ['no rate', 'rate-too-low', () => input({ rateHz: Number.NaN })],
    ['eight seconds', 'too-short', () => withLeads((samples) => samples.slice(0, 4000))],
    ['an unknown unit', 'unit-unknown', () => input({ leads: input().leads.map((lead) => ({ ...lead, unit: 'arb' })) })]
  ]
})

const context: ResultContext = {
  identity: {
    patient: 'Patient/p1',
    patientAtFirstWrite: 'Patient/p1',
    tracing: 't1',
    basis: ['Observation/ecg1/_history/1', 'Observation/ecg0/_history/1'],
    acquiredAt: '2026-01-05T08:30:00.000Z'
  },
  resultId: '5f0c2f0e-8f4e-5d3a-9a54-0c4b3b6f1d11',
  id: (role) => role.replaceAll(/[^a-z0-9-]/g, '-'),
  models: [],
  mode: 'shadow',
  firstRunAt: '2026-01-05T08:30:02.000Z',
  now: '2026-01-05T08:30:02.000Z',
  reads: [],
  digest: 'b'.repeat(64)
}

const measured = async (asked: EcgomicsInput, parameters: object = { delineator: 'classical' }) => {
  const policy = { ...POLICY, changes: CHANGES, parameters: { ...POLICY.parameters, ...parameters } }
  const findings = await runtime.run<EcgomicsFindings>('ecgomics', asked, policy)
  if (findings.kind === 'refused') throw new Error(findings.code)
  return findings
}
const CHANGES = { 'qt.fridericia': { withinPersonSd: 8, n: 5 }, 'st.j': { withinPersonSd: 0.02, n: 5 } }
const writtenOf = async (findings: EcgomicsFindings): Promise<Resource[]> =>
  (
    await resultWrites({
      module: ecgomics as never,
      outcome: { kind: 'finding', findings },
      context,
      policy: {},
      hashOf: () => 'a'.repeat(64),
      previous: new Map()
    })
  ).map(({ resource }) => resource)
const value = ({ measurement }: Awaited<ReturnType<typeof measured>>, id: string): number =>
  measurement.features.find((feature) => feature.id === id && feature.lead === undefined)?.value ?? Number.NaN

test('everything written conforms to its profile, also the change against an earlier tracing', async () => {
  const before = await measured(input())
  const features = before.measurement.features.map((feature) =>
    feature.value === undefined
      ? feature
      : { ...feature, value: feature.value - (feature.id === 'qt.fridericia' ? 60 : 1) }
  )
  const resources = await writtenOf(await measured(input({ earlier: { tracing: 'Observation/ecg0', features } })))
  const check = conformanceChecker()
  for (const resource of resources)
    for (const profile of resource.meta?.profile ?? [])
      expect([resource.resourceType, resource.id, check(resource, profile)]).toEqual([
        resource.resourceType,
        resource.id,
        []
      ])
  const changes = resources.filter((one): one is Observation => (one.meta?.profile ?? []).includes(PROFILE.ecgChange))
  const qtc = changes.find(({ id }) => id === 'change-qt-fridericia')
  expect(qtc).toMatchObject({ valueQuantity: { value: 60, unit: 'ms' }, derivedFrom: [{}, {}] })
  expect(qtc?.interpretation?.[0]?.coding?.[0]?.code).toBe(HIS['ecg-changed'].code)
  const report = resources.find((one): one is DiagnosticReport => one.resourceType === 'DiagnosticReport')
  expect(report?.conclusion).toMatch(/QTc Fridericia \+60 ms \(reference change value 2\d ms\)/)
  expect(report?.presentedForm?.map(({ contentType }) => contentType)).toEqual([
    'application/pdf',
    'image/svg+xml',
    'text/csv'
  ])
  expect(report?.result).toHaveLength(resources.filter(({ resourceType }) => resourceType === 'Observation').length)
})

test('without its model it measures by the classical path alone, and says so', async () => {
  const bare = createRuntime({ shippedRoot: join(root, 'nothing'), modules: [MODULE], workers: 1 })
  await bare.start()
  const findings = await bare.run<EcgomicsFindings>('ecgomics', input(), POLICY)
  await bare.stop()
  expect(findings).toMatchObject({
    kind: 'measured',
    measurement: { quality: { verdict: 'limited', reasons: ['delineated-without-network'] } }
  })
  expect(JSON.stringify(await writtenOf(findings))).toContain('"delineated-without-network"')
})

test('a changed model file serves nobody: the role is refused and the classical path measures', async () => {
  const other = await mkdtemp(join(tmpdir(), 'changed-'))
  await appendFile(join(await writeTinyDelineator(other), 'model.onnx'), 'x')
  const changed = createRuntime({ shippedRoot: other, modules: [MODULE], workers: 1 })
  await changed.start()
  expect(() => changed.model('ecg-delineator/1')).toThrow(expect.objectContaining({ code: 'MODEL_CHANGED' }))
  const findings = await changed.run<EcgomicsFindings>('ecgomics', input(), POLICY)
  expect(findings).toMatchObject({ measurement: { quality: { reasons: ['delineated-without-network'] } } })
  await changed.stop()
  await rm(other, { recursive: true })
})

test('twice the gain doubles amplitudes and moves no interval; an offset and the order of leads change nothing', async () => {
  const plain = await measured(input())
  const double = await measured(withLeads((samples) => samples.map((sample) => 2 * sample)))
  const offset = await measured(withLeads((samples) => samples.map((sample) => sample + 0.5)))
  const turned = await measured(input({ leads: [...input().leads].reverse() }))
  for (const id of ['pr.interval', 'qrs.duration', 'qt.interval', 'heart.rate']) {
    for (const other of [double, offset, turned])
      expect(Math.abs(value(other, id) - value(plain, id))).toBeLessThanOrEqual(1)
  }
  expect(value(double, 'voltage.sokolow-lyon') / value(plain, 'voltage.sokolow-lyon')).toBeCloseTo(2, 2)
  expect(value(turned, 'voltage.sokolow-lyon')).toBeCloseTo(value(plain, 'voltage.sokolow-lyon'), 6)
})

test('the leads and the seconds asked for are measured, and the result says which', async () => {
  const { measurement } = await measured(input(), { leads: ['I', 'ii'], window: { fromS: 0.5, toS: 9.5 } })
  expect(measurement).toMatchObject({
    leadNames: ['I', 'II'],
    durationS: 9,
    parameters: { window: { fromS: 0.5, toS: 9.5 } }
  })
})

test('of a long recording beats are those of the whole, waves those of its most regular 30 s', async () => {
  const long = simulateEcg({ seed: 3, seconds: 120 })
  const { measurement } = await measured(ecgomics.inputFrom!({ waveform: long, age: 60, sex: 'female' }))
  const marked = measurement.delineation.global.filter(({ qrs }) => qrs)
  expect(measurement.beats.length).toBeGreaterThan(130)
  expect(marked.length).toBeGreaterThan(30)
  expect(marked.length).toBeLessThan(40)
  const shape = await measured(input())
  expect(Math.abs(value({ measurement } as never, 'qrs.duration') - value(shape, 'qrs.duration'))).toBeLessThanOrEqual(
    4
  )
})

test.each([
  [{ parameters: { filter: 'strong' } }, 'modules.ecgomics.policy.parameters.filter'],
  [{ parameters: { mains: 50 } }, 'modules.ecgomics.policy.parameters.mains'],
  [{ parameters: { lowHz: 5, highHz: 3 } }, 'modules.ecgomics.policy.parameters.highHz'],
  [{ parameters: { window: { fromS: 3, toS: 1 } } }, 'modules.ecgomics.policy.parameters.window'],
  [{ changes: { 'qt.fridericia': { withinPersonSd: 8 } } }, 'modules.ecgomics.policy.changes.qt.fridericia'],
  [{ alerts: { qtcAtLeast: '500' } }, 'modules.ecgomics.policy.alerts.qtcAtLeast']
])('a policy of %j is refused at its place', (policy, at) => {
  expect(() => ecgomics.checkPolicy!(policy)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', at }))
})
