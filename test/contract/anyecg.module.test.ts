import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DiagnosticReport, Resource, RiskAssessment } from '@medplum/fhirtypes'
import { buildOru } from '../../adapters/hl7v2/oru.ts'
import type { ResultContext } from '../../core/inference-module.ts'
import { conformanceChecker } from '../../fhir-profiles/conformance.ts'
import anyecg from '../../inference/modules/anyecg/index.ts'
import type { AnyEcgFindings, AnyEcgInput, ProfileFindings } from '../../inference/modules/anyecg/types.ts'
import { reliableRow, writeTinyEncoder, writeTinyProfile } from '../../inference/runtime/fixtures/tiny-anyecg.ts'
import { createRuntime, type InferenceRuntime } from '../../inference/runtime/runtime.ts'
import { oruInput } from '../../server/delivery/oru-input.ts'
import { simulateEcg } from '../../server/demo/simulate/ecg.ts'
import { resultWrites } from '../../server/inference/result-writes.ts'
import { moduleContract } from './module.contract.ts'

const MODULE = { id: 'anyecg', url: new URL('../../inference/modules/anyecg/index.ts', import.meta.url).href }
const SHOWN = { showSimulatedLabels: true }

/** Distance from the fixture's usual voltage; twice the voltage of the good tracing lies beyond both limits. */
const OOD = { file: 'ood.json', statistic: 'mahalanobis' as const, p99: 0.2, p999: 0.3 }
const IDENTITY = [0, 1, 2, 3].map((i) => [0, 1, 2, 3].map((j) => Number(i === j)))
const MANY = Array.from({ length: 1172 }, (_, i) => ({
  key: `c${i}`,
  title: `Condition ${i}`,
  icd10: `A${String(i % 100).padStart(2, '0')}`,
  gain: (i % 10) - 5,
  offset: -3,
  hazard: 0.01
}))

type Runtimes = [InferenceRuntime, InferenceRuntime, InferenceRuntime]
let root: string
let runtime: InferenceRuntime
let whole: InferenceRuntime
let headless: InferenceRuntime
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'module-'))
  const assets = { 'ood.json': { statistic: 'mahalanobis', mean: [0, 0, 0, 0], whitening: IDENTITY } }
  const encoder = await writeTinyEncoder(join(root, 'a'), { assets, changes: { ood: OOD } })
  await writeTinyProfile(join(root, 'a'), { changes: { encoder: { role: 'ecg-encoder/1', sha256: encoder.sha256 } } })
  await writeTinyProfile(join(root, 'b'), {
    labels: MANY,
    whole: true,
    reliability: MANY.slice(0, 306).map(({ key }) => reliableRow(key))
  })
  await writeTinyEncoder(join(root, 'c'), { assets: { 'reliability.json': { labels: [reliableRow('NORM')] } } })
  await writeTinyProfile(join(root, 'c'), {
    changes: { encoder: { role: 'ecg-encoder/1', sha256: 'f'.repeat(64) } }
  })
  ;[runtime, whole, headless] = (await Promise.all(
    ['a', 'b', 'c'].map((name) => serving(join(root, name)))
  )) as Runtimes
})
afterAll(async () => {
  await Promise.all([runtime, whole, headless].map((one) => one.stop()))
  await rm(root, { recursive: true })
})

async function serving(models: string): Promise<InferenceRuntime> {
  const made = createRuntime({ shippedRoot: models, modules: [MODULE], workers: 1 })
  await made.start()
  return made
}

const recording = simulateEcg({ seed: 3 })
const input = (changes: Partial<AnyEcgInput> = {}): AnyEcgInput => ({
  ...anyecg.inputFrom!({ waveform: recording, age: 60, sex: 'female' }),
  ...changes
})
const withLeads = (change: (samples: Float64Array, mdc: number) => Float64Array): AnyEcgInput =>
  input({ leads: input().leads.map((lead) => ({ ...lead, samples: change(lead.samples, lead.mdc) })) })
const only = (...numbers: number[]): AnyEcgInput =>
  input({ leads: input().leads.filter(({ mdc }) => numbers.includes(mdc)) })

async function profile(
  asked: AnyEcgInput = input(),
  policy: Record<string, unknown> = SHOWN,
  at = runtime
): Promise<ProfileFindings> {
  const found = await at.run<AnyEcgFindings>('anyecg', asked, policy)
  if (found.kind !== 'profile') throw new Error(found.code)
  return found
}
const keysOf = ({ shown }: ProfileFindings): string[] => shown.map(({ key }) => key).sort()

moduleContract({
  module: anyecg as never,
  runtime: () => runtime,
  policy: SHOWN,
  good: () => input(),
  hostile: [
    ['no leads', 'lead-missing', () => input({ leads: [] })],
    ['six limb leads', 'lead-missing', () => only(1, 2, 61, 62, 63, 64)],
    ['seven independent leads', 'lead-missing', () => only(1, 2, 3, 4, 5, 6, 7)],
    ['no limb leads but aVL and aVF', 'lead-missing', () => only(63, 64, 3, 4, 5, 6, 7, 8)],
    [
      'leads of different lengths',
      'lead-missing',
      () => withLeads((samples, mdc) => (mdc === 3 ? samples.slice(9) : samples))
    ],
    ['empty leads', 'too-short', () => withLeads(() => new Float64Array(0))],
    ['flat leads', 'quality-unacceptable', () => withLeads((samples) => new Float64Array(samples.length))],
    ['leads of NaN', 'quality-unacceptable', () => withLeads((samples) => samples.map(() => Number.NaN))],
    [
      'infinite leads',
      'quality-unacceptable',
      () => withLeads((samples) => samples.map(() => Number.POSITIVE_INFINITY))
    ],
    [
      'one flat lead: no reservation is taken',
      'quality-unacceptable',
      () => withLeads((samples, mdc) => (mdc === 5 ? samples.map(() => 0) : samples))
    ],
    [
      'microvolts called millivolts',
      'quality-unacceptable',
      () => withLeads((samples) => samples.map((value) => value * 1000))
    ],
    ['exchanged arms', 'lead-reversal', () => exchangedArms()],
    ['a rate of 200 Hz', 'rate-too-low', () => input({ rateHz: 200 })],
    ['no rate', 'rate-too-low', () => input({ rateHz: Number.NaN })],
    ['eight seconds', 'too-short', () => withLeads((samples) => samples.slice(0, 4000))],
    [
      'an unknown unit',
      'unit-unknown',
      () => input({ leads: input().leads.map((lead) => ({ ...lead, unit: 'arb' })) })
    ],
    ['a paced heart', 'paced', () => input({ paced: true })],
    ['an unknown age', 'demographics-missing', () => input({ age: undefined })],
    ['an unknown sex', 'demographics-missing', () => input({ sex: 'unknown' })],
    ['a child', 'age-out-of-range', () => input({ age: 17 })],
    ['somebody of 91', 'age-out-of-range', () => input({ age: 91 })]
  ]
})

/** Right and left arm: I turned over, II and III exchanged, aVR and aVL exchanged. */
function exchangedArms(): AnyEcgInput {
  const swap: Record<number, number> = { 2: 61, 61: 2, 62: 63, 63: 62 }
  return input({
    leads: input().leads.map((lead) => ({
      ...lead,
      mdc: swap[lead.mdc] ?? lead.mdc,
      samples: lead.mdc === 1 ? lead.samples.map((value) => -value) : lead.samples
    }))
  })
}

describe('what is shown', () => {
  test('by default nothing simulated, and no planted null ever', async () => {
    const byDefault = await profile(input(), {})
    expect(keysOf(byDefault)).toEqual(['MI', 'NORM'])
    expect(byDefault.hidden).toEqual({ simulated: 3 })
    const all = await profile()
    expect(keysOf(all)).toEqual(['MI', 'NORM', 'copd', 'heart-failure'])
    expect(all.hidden).toEqual({ 'planted-null': 1 })
    for (const line of all.explanation)
      expect(line.includes('Heart failure') ? line : 'SIMULATED').toContain('SIMULATED')
  })

  test('where nothing passes there is no number, and the result says why', async () => {
    const found = await profile(input(), { ...SHOWN, floor: { auroc: 0.81, gainLow: 0.1 } })
    expect([found.shown, found.hidden]).toEqual([[], { 'not-better-than-age-sex': 5 }])
    expect(Object.keys(found.scores)).toHaveLength(5)
    const [risk] = (await writtenOf(found)).filter((one) => one.resourceType === 'RiskAssessment') as RiskAssessment[]
    expect(JSON.stringify(risk)).not.toContain('probabilityDecimal')
    expect(risk!.prediction).toHaveLength(1)
    expect(risk!.prediction![0]!.rationale).toBe('5 of 5 not shown: not better than age and sex.')
  })

  test('a site may be stricter by itself and looser by name', async () => {
    expect(keysOf(await profile(input(), { ...SHOWN, floor: { auroc: 0.81 } }))).toEqual([])
    for (const policy of [
      { floor: { auroc: 0.6 } },
      { floor: { ece: 0.2 } },
      { floor: { gainLow: -1, approvedBy: 'x' } },
      { floor: { aurok: 0.9 } },
      { showWithoutReliability: {} },
      { showSimulatedLabels: 'yes' },
      { trigger: 'always' },
      { alerts: [{ label: 'copd' }] },
      { alerts: [{ label: 'copd', from: 0.5, years: 3 }] },
      { explain: 20 }
    ])
      expect(() => anyecg.checkPolicy!(policy)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
    expect(() => anyecg.checkPolicy!({ floor: { auroc: 0.6 } })).toThrow(
      expect.objectContaining({ at: 'modules.anyecg.policy.floor.auroc', reason: 'approver' })
    )
    anyecg.checkPolicy!({
      floor: { auroc: 0.6, approvedBy: 'Dr Example' },
      alerts: [{ label: 'copd', from: 0.5, years: 5 }]
    })
  })
})

describe('who answers', () => {
  test("a site's model of 1,172 labels that takes the tracing itself: shown is what its table speaks for", async () => {
    const found = await profile(input(), SHOWN, whole)
    expect([found.total, found.shown.length, found.hidden]).toEqual([1172, 306, { 'no-reliability': 866 }])
    expect(found.explanation).toContain('866 of 1172 not shown: no table says how good they are.')
    expect(found.explanation.length).toBeLessThanOrEqual(13)
    expect(JSON.stringify(await writtenOf(found))).toContain('"http://hl7.org/fhir/sid/icd-10"')
    const named = await profile(input(), { ...SHOWN, showWithoutReliability: { approvedBy: 'Dr Example' } }, whole)
    expect(named.shown).toHaveLength(1172)
  })

  test('of an encoder without a head that fits it, its own statements, without a future', async () => {
    const found = await profile(input(), SHOWN, headless)
    expect(Object.keys(found.scores)).toEqual(['NORM', 'MI'])
    expect(found.ageSexScores).toEqual({})
    expect(found.shown.map(({ key, risk, ageSex }) => ({ key, risk, ageSex }))).toEqual([{ key: 'NORM' }])
  })
})

test('the score is the age-sex term and what the tracing adds; both are told, at the prevalence of the site', async () => {
  const found = await profile()
  const hf = found.shown.find(({ key }) => key === 'heart-failure')!
  // ageSex = -3 + 2 x .6 = -1.8 -> .1419
  expect(hf.ageSex).toBeCloseTo(1 / (1 + Math.exp(1.8)), 5)
  expect(Math.log(hf.probability / (1 - hf.probability))).toBeCloseTo(-1.8 + hf.ecgTerm!, 4)
  expect(hf.risk!.map(({ years }) => years)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  // 1 - .98^n
  expect(hf.risk![9]!.probability).toBeCloseTo(1 - 0.98 ** 10, 5)
  const years = hf.risk!.map(({ probability }) => probability)
  expect(years).toEqual([...years].sort((a, b) => a - b))
})

test('eight leads give the same profile as the twelve they imply, and say what was computed', async () => {
  const eight = await profile(only(1, 2, 3, 4, 5, 6, 7, 8))
  expect(eight.derivedLeads).toEqual(['III', 'aVR', 'aVL', 'aVF'])
  expect(eight.explanation).toContain('Computed from other leads: III, aVR, aVL, aVF.')
  const twelve = await profile()
  for (const [key, score] of Object.entries(twelve.scores)) expect(eight.scores[key]).toBeCloseTo(score, 3)
  const [one, two] = [1, 2].map((n) => input().leads.find(({ mdc }) => mdc === n)!.samples) as [
    Float64Array,
    Float64Array
  ]
  const three = { mdc: 61, unit: 'mV', samples: two.map((value, i) => value - one[i]!) }
  const without = await profile(input({ leads: [three, ...only(2, 3, 4, 5, 6, 7, 8).leads] }))
  expect(without.derivedLeads).toEqual(['I', 'aVR', 'aVL', 'aVF'])
})

test('a wandering baseline is no reason to refuse: no model sees it', async () => {
  const wandering = withLeads((samples, mdc) =>
    mdc === 7 ? samples.map((value, i) => value + Math.sin((2 * Math.PI * 0.2 * i) / 500)) : samples
  )
  const found = await profile(wandering, SHOWN, headless)
  expect(found.quality).toEqual({ verdict: 'acceptable', reasons: ['wander'] })
})

test('what the record knew is told from what is new', async () => {
  const known = [
    { system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'I50.9' },
    { system: 'http://example.org/other', code: 'J44' }
  ]
  const found = await profile(input({ known }))
  expect(found.shown.filter(({ recorded }) => recorded).map(({ key }) => key)).toEqual(['heart-failure'])
})

test('a tracing unlike all others is refused, one unlike most is told so', async () => {
  const louder = (factor: number) => withLeads((samples) => samples.map((value) => value * factor))
  const usual = await profile()
  expect(usual.ood).toBeUndefined()
  const distance = 2 * meanVoltage()
  expect(await profile(louder((OOD.p99 + 0.01) / distance))).toMatchObject({ ood: 'limited' })
  const far = await runtime.run('anyecg', louder((OOD.p999 + 0.01) / distance), SHOWN)
  expect(far).toMatchObject({ kind: 'refused', code: 'out-of-distribution' })
})

/** Of all twelve leads, rectified: each of the four numbers of the fixture's embedding. */
function meanVoltage(): number {
  const { leads } = input()
  const of = (mdc: number) => leads.find((lead) => lead.mdc === mdc)!.samples
  const [one, two] = [of(1), of(2)]
  const limb = one.map((a, i) => {
    const b = two[i]!
    return [a, b, b - a, (a + b) / 2, a - b / 2, b - a / 2].reduce((sum, value) => sum + Math.abs(value), 0)
  })
  const chest = leads.filter(({ mdc }) => mdc >= 3 && mdc <= 8).flatMap(({ samples }) => [...samples])
  const total = limb.reduce((sum, value) => sum + value, 0) + chest.reduce((sum, value) => sum + Math.abs(value), 0)
  return total / (12 * one.length)
}

test('explained by occlusion where the site asks for it', async () => {
  const found = await profile(input(), { ...SHOWN, explain: 1 })
  const [label] = found.shown
  const line = found.explanation.find((text) => text.includes(' rests on: '))!
  expect(line).toContain(label!.label.title)
  expect(line).toMatch(/the (P wave|PR segment|QRS complex|ST segment|T wave)|lead /)
})

const check = conformanceChecker()
const context: ResultContext = {
  identity: {
    patient: 'Patient/p1',
    patientAtFirstWrite: 'Patient/p1',
    tracing: 't1',
    basis: ['Observation/ecg1/_history/1'],
    acquiredAt: '2026-01-05T08:30:00.000Z'
  },
  resultId: '5f0c2f0e-8f4e-5d3a-9a54-0c4b3b6f1d11',
  id: (role) => role,
  models: [],
  mode: 'shadow',
  firstRunAt: '2026-01-05T08:30:02.000Z',
  now: '2026-01-05T08:30:02.000Z',
  reads: [],
  digest: 'b'.repeat(64)
}

const writtenOf = async (findings: AnyEcgFindings): Promise<Resource[]> =>
  (
    await resultWrites({
      module: anyecg as never,
      outcome: { kind: 'finding', findings },
      context,
      policy: {},
      hashOf: () => 'a'.repeat(64),
      previous: new Map()
    })
  ).map(({ resource }) => resource)

/** Numbers that differ in the last bits between machines are left out of the comparison: the rest is exact. */
const stable = (found: ProfileFindings): ProfileFindings => ({
  ...found,
  shown: found.shown.map((one) => ({ ...one, probability: Math.round(one.probability * 100) / 100 }))
})

test('everything written conforms to its profile, and reads as last time', async () => {
  const earlier = {
    acquiredAt: '2025-01-05T08:30:00.000Z',
    risk: { 'anyecg-heart-failure': [{ years: 10, probability: 0.3 }] }
  }
  const found = stable(await profile(input({ earlier })))
  const resources = await writtenOf(found)
  for (const resource of resources)
    for (const of of resource.meta?.profile ?? [])
      expect([resource.resourceType, resource.id, check(resource, of)]).toEqual([
        resource.resourceType,
        resource.id,
        []
      ])
  const report = resources.find((one): one is DiagnosticReport => one.resourceType === 'DiagnosticReport')!
  expect(report.presentedForm?.map(({ contentType }) => contentType)).toEqual(['application/pdf', 'image/svg+xml'])
  const svg = Buffer.from(report.presentedForm![1]!.data!, 'base64').toString('utf8')
  expect(svg).toContain('SIMULATED Heart failure')
  expect(svg).toContain('earlier tracing')
  const told = resources.filter(
    ({ resourceType }) => !['Device', 'DocumentReference', 'Provenance'].includes(resourceType)
  )
  expect(told.map((one) => ({ ...one, presentedForm: undefined }))).toMatchSnapshot()
})

test('a refusal conforms as well', async () => {
  const resources = await writtenOf({ kind: 'refused', code: 'paced' })
  for (const resource of resources)
    for (const of of resource.meta?.profile ?? [])
      expect([resource.resourceType, check(resource, of)]).toEqual([resource.resourceType, []])
})

test('as HL7 v2 every line says for when, how good it is, and that it is simulated', async () => {
  const resources = await writtenOf(stable(await profile()))
  const result = resources.find((one): one is RiskAssessment => one.resourceType === 'RiskAssessment')!
  const report = resources.find((one): one is DiagnosticReport => one.resourceType === 'DiagnosticReport')!
  const { bytes } = buildOru(
    oruInput({
      result: { ...result, id: context.resultId, meta: { versionId: '1', lastUpdated: context.now } },
      conclusion: report.conclusion,
      patient: { resourceType: 'Patient', id: 'p1', gender: 'female', birthDate: '1966-01-01' },
      acquiredAt: context.identity.acquiredAt,
      model: { name: 'tiny', version: '0.0.1' },
      profile: {},
      zone: 'UTC'
    } as never)
  )
  const lines = new TextDecoder().decode(bytes).split('\r')
  const simulated = lines.filter((line) => line.startsWith('OBX') && /heart-failure|copd/.test(line))
  expect(simulated).toHaveLength(8)
  for (const line of simulated) expect(line).toContain('SIMULATED')
  expect(lines.filter((line) => line.startsWith('OBX|')).join('\n')).not.toContain('lipid')
  expect(lines).toMatchSnapshot()
})

test('raises no alert by default, and one at the level that the site armed', async () => {
  const result = (await writtenOf(await profile())).find(
    (one): one is RiskAssessment => one.resourceType === 'RiskAssessment'
  )!
  const nothing = { search: async () => [], read: async () => undefined, waveform: async () => recording, reads: [] }
  expect(await anyecg.alert!(result, nothing, {})).toBeUndefined()
  const armed = { alerts: [{ label: 'heart-failure', from: 0.15, years: 10 }] }
  expect(await anyecg.alert!(result, nothing, armed)).toMatchObject({
    raise: true,
    band: 'anyecg-heart-failure',
    text: expect.stringContaining('SIMULATED Heart failure within 10 years')
  })
  expect(
    await anyecg.alert!(result, nothing, { alerts: [{ label: 'heart-failure', from: 0.9, years: 10 }] })
  ).toBeUndefined()
  expect(await anyecg.alert!(result, nothing, { alerts: [{ label: 'lipid-disorder', from: 0.01 }] })).toBeUndefined()
})
