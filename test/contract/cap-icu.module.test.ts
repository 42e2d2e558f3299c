import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Resource } from '@medplum/fhirtypes'
import fc from 'fast-check'
import type { ResultContext } from '../../core/inference-module.ts'
import { conformanceChecker } from '../../fhir-profiles/conformance.ts'
import capIcu from '../../inference/modules/cap-icu/index.ts'
import type { CapIcuFindings, CapIcuInput, StayValue } from '../../inference/modules/cap-icu/types.ts'
import { TINY_BANK, TINY_COLUMNS, writeTinyCapIcu } from '../../inference/runtime/fixtures/tiny-cap-icu.ts'
import { createRuntime, type InferenceRuntime } from '../../inference/runtime/runtime.ts'
import { resultWrites } from '../../server/inference/result-writes.ts'
import { startChatServer } from '../support/chat-server.ts'
import { ruleAnswer } from '../support/rule-chat.ts'
import { moduleContract } from './module.contract.ts'

const MODULE = { id: 'cap-icu', url: new URL('../../inference/modules/cap-icu/index.ts', import.meta.url).href }
const ROLE_48H = 'icu-mortality-48h/1'
/** A site's own model that takes sex and race as columns, unfairly: +0.8 for women, +0.5 for black people. */
const UNFAIR = 'icu-mortality-support2/1'

let root: string
let runtime: InferenceRuntime
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'module-'))
  await writeTinyCapIcu(root, { site: { sensitivityTarget: 0.8 } })
  await writeTinyCapIcu(root, { role: ROLE_48H, bank: { ...TINY_BANK, version: '0.0.2' } })
  const columns = {
    ...TINY_COLUMNS,
    'sex.female': [0.8, 0],
    'sex.male': [0, 0],
    'race.white': [0, 0],
    'race.black': [0.5, 0]
  }
  await writeTinyCapIcu(root, {
    role: UNFAIR,
    columns: columns as unknown as typeof TINY_COLUMNS,
    bank: { ...TINY_BANK, cases: [] }
  })
  runtime = createRuntime({ shippedRoot: root, modules: [MODULE], workers: 1 })
  await runtime.start()
})
afterAll(async () => {
  await runtime.stop()
  await rm(root, { recursive: true })
})

/** Every column of the tiny model but bilirubin and bicarbonate. */
const VALUES: StayValue[] = [
  ['gcs', 3, 10],
  ['gcs', 9, 9],
  ['lactate', 2, 4.1],
  ['oxygen-saturation', 1, 94],
  ['mean-arterial-pressure', 1, 70],
  ['mean-arterial-pressure', 4, 66],
  ['creatinine', 5, 1.9],
  ['platelets', 5, 140],
  ['white-cells', 5, 14],
  ['urine', 3, 200],
  ['urine', 9, 300],
  ['respiratory-rate', 1, 24],
  ['heart-rate', 1, 110],
  ['temperature', 1, 36],
  ['bun', 5, 40],
  ['sodium', 5, 135]
].map(([variable, hours, value]) => ({ variable, hours, value }) as StayValue)

const input = (changes: Partial<CapIcuInput> = {}): CapIcuInput => ({
  moment: '24h',
  windowHours: 24,
  age: 67,
  sex: 'female',
  race: 'white',
  unitKind: 'medical',
  values: VALUES,
  ...changes
})
const of = (...variables: string[]): StayValue[] => VALUES.filter(({ variable }) => variables.includes(variable))

type Scored = Extract<CapIcuFindings, { kind: 'scored' }>
async function scored(asked: CapIcuInput, policy: Record<string, unknown> = {}): Promise<Scored> {
  const found = await runtime.run<CapIcuFindings>('cap-icu', asked, policy)
  if (found.kind !== 'scored') throw new Error(`${found.code} ${found.detail}`)
  return found
}
const logit = (p: number): number => Math.log(p / (1 - p))

moduleContract({
  module: capIcu as never,
  runtime: () => runtime,
  good: () => input(),
  hostile: [
    ['a child', 'age-out-of-range', () => input({ age: 17 })],
    ['an unknown age', 'demographics-missing', () => input({ age: undefined })],
    ['five hours', 'too-early', () => input({ moment: 'request', windowHours: 5 })],
    ['no window', 'too-early', () => input({ windowHours: Number.NaN })],
    ['comfort care only', 'comfort-care', () => input({ comfortCare: true })],
    ['no value at all', 'data-insufficient', () => input({ values: [] })],
    [
      'seven of fifteen variables',
      'data-insufficient',
      () => input({ values: of('gcs', 'lactate', 'bun', 'sodium', 'urine', 'temperature', 'platelets') })
    ],
    [
      'values outside every plausible range',
      'data-insufficient',
      () => input({ values: VALUES.map((one) => ({ ...one, value: 1e6 })) })
    ],
    [
      'values after the window',
      'data-insufficient',
      () => input({ values: VALUES.map((one) => ({ ...one, hours: 24 })) })
    ],
    [
      'values of NaN',
      'data-insufficient',
      () => input({ values: VALUES.map((one) => ({ ...one, value: Number.NaN })) })
    ]
  ]
})

describe('the estimate', () => {
  test('is the calibrated logit of the model, moved by the retrieved case', async () => {
    const { variants, shift, cases, probability, band } = await scored(input())
    // Sum of weight x (value - median) over the columns of the fixture, and its offset.
    const base = -1.8 + 0.21 + 1 + 0.525 - 0.05 + 0.3 - 0.06 + 0.27 + 0.04 + 0.06 + 0.45 + 0.15 + 0.24 + 0.02 + 0.2
    expect(logit(variants.base)).toBeCloseTo(base, 5)
    expect(variants.fair).toBe(variants.base)
    expect(cases.map((one) => one.case.id)).toEqual(['b0001'])
    // k s e / (s + lambda)
    const { similarity } = cases[0]!
    expect(shift).toBeCloseTo((similarity * 1.2) / (similarity + 2), 12)
    expect(logit(variants.cap)).toBeCloseTo(base + shift, 5)
    expect([probability, band]).toEqual([variants.cap, 'very-high'])
  })

  test('moves to the prevalence that the site assumes, and gives all six figures there', async () => {
    const here = await scored(input(), { assumedPrevalence: 0.3 })
    const trained = await scored(input())
    expect(logit(here.probability) - logit(trained.probability)).toBeCloseTo(logit(0.3) - logit(0.14), 9)
    // The highest cut of the fixture's curve with a sensitivity of 0.8 is 0.1.
    expect(here.performance).toMatchObject({ prevalence: 0.3, sensitivity: 0.8, specificity: 0.6 })
    expect(Object.keys(here.performance!)).toEqual(
      expect.arrayContaining(['ppv', 'npv', 'fractionRuledOut', 'threshold'])
    )
  })

  test('takes the cut above which as many lie as die where the site has chosen none, and says so', async () => {
    const { performance } = await scored(input({ moment: '48h', windowHours: 48 }))
    // Of the fixture's cuts at 14 % mortality 0.2 flags .256, 0.4 flags .099: nearest to .14.
    expect(performance).toMatchObject({ prevalence: 0.14, threshold: 0.4, sensitivity: 0.4, specificity: 0.95 })
    expect(performance!.data).toContain('no cut chosen')
    // A cut that the site chose and that no curve reaches is not exchanged for another.
    expect((await scored(input(), { sensitivityTarget: 0.999 })).performance).toBeUndefined()
  })

  test('asks the model of the window: 48 h, and on request of more than 24 h', async () => {
    const roles = await Promise.all(
      (
        [
          ['24h', 24],
          ['48h', 48],
          ['request', 20],
          ['request', 30]
        ] as const
      ).map(async ([moment, windowHours]) => (await scored(input({ moment, windowHours }))).role)
    )
    expect(roles).toEqual(['icu-mortality/1', ROLE_48H, 'icu-mortality/1', ROLE_48H])
    expect(capIcu.scores!(await scored(input({ moment: '48h', windowHours: 48 })))).toHaveProperty('48h')
    expect(capIcu.modelsFor!(input({ moment: '48h', windowHours: 48 }), () => undefined)).toEqual([ROLE_48H])
  })

  test('does not depend on the order of the values, nor on how often the same message came', async () => {
    const first = await scored(input())
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(VALUES, { minLength: VALUES.length }),
        fc.subarray(VALUES),
        async (shuffled, again) => {
          expect(await scored(input({ values: [...shuffled, ...again] }))).toEqual(first)
        }
      ),
      { numRuns: 20 }
    )
  })

  test('names the three variables that weigh most, with the statistic that tells it', async () => {
    const { keyFactors } = await scored(input())
    expect(keyFactors.map(({ variable, statistic, value, unit }) => [variable, statistic, value, unit])).toEqual([
      ['gcs', 'lowest', 9, '{score}'],
      ['lactate', 'highest', 4.1, 'mmol/L'],
      ['urine', 'total', 500, 'mL']
    ])
    // Weight times (value - median) of the fixture.
    for (const [i, contribution] of [1, 0.525, 0.45].entries())
      expect(keyFactors[i]!.contribution).toBeCloseTo(contribution, 5)
  })

  test('finds no case where too few clinical variables are known, and says so', async () => {
    const found = await scored(
      input({ values: VALUES.filter(({ variable }) => variable !== 'gcs' && variable !== 'lactate') })
    )
    expect([found.cases, found.shift]).toEqual([[], 0])
    expect(found.probability).toBe(found.variants.base)
    expect(found.explanation.join(' ')).toContain('no similar stay')
  })

  test('shows no case when the site wants none', async () => {
    expect((await scored(input(), { topK: 0 })).cases).toEqual([])
  })
})

describe('flips', () => {
  const change = ({ flips }: Scored, attribute: string, to?: string) =>
    flips.find((one) => one.attribute === attribute && (to === undefined || one.to === to))

  test('go through the whole path: another sex finds another case', async () => {
    // At 58 the age scores 1.5 with a case of 65 to 69, and sex and race decide whether it is a case at all.
    const { flips } = await scored(input({ age: 58, race: undefined }))
    expect(change({ flips } as Scored, 'sex')).toMatchObject({ from: 'female', to: 'male' })
    expect(change({ flips } as Scored, 'sex')!.change).toBeLessThan(-0.05)
    expect(flips.some(({ attribute }) => attribute === 'race')).toBe(false)
  })

  test('of what nothing reads have no number', async () => {
    const found = await scored(input(), { topK: 0 })
    expect(change(found, 'sex')).toEqual({ attribute: 'sex', from: 'female', to: 'male' })
    expect(change(found, 'age', '77')!.change).toBeCloseTo(change(found, 'age', '77')!.baseChange!, 12)
    expect(found.explanation.join(' ')).toContain('Sex is not read')
  })

  test('never make a person under age', async () => {
    expect((await scored(input({ age: 20 }))).flips.map(({ to }) => to)).not.toContain('10')
  })

  test('show a model that reads sex, whose fair and CAP answers do not follow it', async () => {
    const found = await scored(input({ role: UNFAIR }))
    const sex = change(found, 'sex')!
    expect(logit(found.variants.base) - logit(found.variants.base + sex.baseChange!)).toBeCloseTo(0.8, 5)
    expect(sex.change).toBe(0)
    // Half of 0.8 for sex, half of 0.5 for race, against 0.8 and 0 of a white woman.
    expect(logit(found.variants.fair) - logit(found.variants.base)).toBeCloseTo(0.4 + 0.25 - 0.8, 5)
  })

  test('are left out when the site does not want them', async () => {
    expect((await scored(input(), { flips: false })).flips).toEqual([])
  })
})

describe('with a language model', () => {
  type Rules = Parameters<typeof startChatServer>[0]
  /** The module asks a server on loopback that behaves so; first and only attempt, so that a refusal does not wait. */
  async function asking(behave: Rules, policy: Record<string, unknown> = {}) {
    const server = await startChatServer(behave)
    const predictor = {
      kind: 'language-model',
      endpoint: server.endpoint,
      model: 'test-model',
      allowedHosts: [server.host],
      retries: 0
    }
    try {
      const found = await runtime.run<CapIcuFindings>('cap-icu', input(), { predictor, flips: false, ...policy })
      return { found, asked: server.requests.length }
    } finally {
      await server.stop()
    }
  }

  test('asks it as base, fair and CAP, serves a score, and names it as what answered', async () => {
    const { found, asked } = await asking(ruleAnswer)
    if (found.kind !== 'scored') throw new Error(`${found.code} ${found.detail}`)
    expect(asked).toBe(3)
    expect(found.predictor).toMatchObject({ kind: 'language-model', name: 'test-model' })
    expect(found.calibrated).toBe(false)
    expect(found.performance).toBeUndefined()
    // The rule rates women higher unless told not to, and moves by the shown case.
    expect(found.variants.fair).toBeLessThan(found.variants.base)
    expect(found.shift).toBeCloseTo(logit(found.variants.cap) - logit(found.variants.fair), 9)
    expect(found.exchange!.map(({ variant }) => variant)).toEqual(['base', 'fair', 'cap'])
    expect(found.explanation[0]).toContain('not a probability')
    expect(capIcu.answeredBy!(found)).toMatchObject({ name: 'test-model' })
    expect(capIcu.answeredBy!(await scored(input()))).toBeUndefined()
  })

  test('sends the flips through it too', async () => {
    const { found, asked } = await asking(ruleAnswer, { flips: true })
    if (found.kind !== 'scored') throw new Error(`${found.code} ${found.detail}`)
    // Sex and age twice: race may not be sent unless the site says so, but it chooses the case.
    expect(found.flips.map(({ attribute, change }) => [attribute, change !== undefined])).toEqual([
      ['sex', true],
      ['race', true],
      ['age', true],
      ['age', true]
    ])
    expect(asked).toBe(3 + 4)
  })

  const broken: Rules = () => ({ do: 'say', text: 'I would rather not say.' })

  test('refuses where it gives no valid answer, with what was asked for the audit', async () => {
    const { found } = await asking(broken)
    expect(found).toMatchObject({ kind: 'refused', code: 'model-unavailable' })
    expect(found.exchange).toHaveLength(1)
  })

  test('lets the local model answer instead where the site wants that, and says so', async () => {
    const { found } = await asking(broken, { fallback: 'local' })
    if (found.kind !== 'scored') throw new Error(`${found.code} ${found.detail}`)
    expect(found).toMatchObject({ fellBack: true, calibrated: true, predictor: { kind: 'local' } })
    expect(found.variants).toEqual((await scored(input())).variants)
    expect(found.explanation.join(' ')).toContain('gave no valid answer')
    expect(found.exchange).toHaveLength(1)
  })

  test('keeps an answer whose flips it then no longer gives', async () => {
    const { found } = await asking((request, n) => (n < 4 ? ruleAnswer(request) : broken(request, n)), { flips: true })
    if (found.kind !== 'scored') throw new Error(`${found.code} ${found.detail}`)
    expect(found.flips).toHaveLength(1)
  })

  test('tells the runtime that such runs wait outside, and refuses a policy that cannot work', () => {
    const predictor = {
      kind: 'language-model',
      endpoint: 'https://m.example/v1',
      model: 'm',
      allowedHosts: ['m.example']
    }
    expect(capIcu.outside!({ predictor })).toMatchObject({ atOnce: expect.any(Number), runMs: expect.any(Number) })
    expect(capIcu.outside!({})).toBeUndefined()
    for (const policy of [
      { predictor: { ...predictor, allowedHosts: [] } },
      { predictor: { kind: 'oracle' } },
      { topK: 9 },
      { flips: 'yes' }
    ])
      expect(() => capIcu.checkPolicy!(policy)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
    expect(() => capIcu.checkPolicy!({ predictor })).not.toThrow()
  })
})

describe('as FHIR', () => {
  const check = conformanceChecker()
  const context = (): ResultContext => ({
    identity: {
      patient: 'Patient/p1',
      patientAtFirstWrite: 'Patient/p1',
      encounter: 'Encounter/e1',
      tracing: 'stay|e1|24h',
      basis: ['Encounter/e1/_history/2', 'Observation/o1/_history/1', 'Observation/o2/_history/1'],
      acquiredAt: '2026-01-06T08:30:00.000Z'
    },
    resultId: '5f0c2f0e-8f4e-5d3a-9a54-0c4b3b6f1d11',
    id: (role) => role,
    models: [runtime.model('icu-mortality/1')],
    mode: 'shadow',
    firstRunAt: '2026-01-06T08:30:02.000Z',
    now: '2026-01-06T08:30:02.000Z',
    reads: [],
    digest: 'b'.repeat(64)
  })
  const written = async (findings: unknown): Promise<Resource[]> =>
    (
      await resultWrites({
        module: capIcu as never,
        outcome: { kind: 'finding', findings },
        context: context(),
        policy: {},
        hashOf: () => 'a'.repeat(64),
        previous: new Map()
      })
    ).map(({ resource }) => resource)

  test.each([
    ['an estimate', () => input()],
    [
      'one without a case',
      () => input({ values: VALUES.filter(({ variable }) => variable !== 'gcs' && variable !== 'lactate') })
    ],
    ['one with unused values', () => input({ unused: [{ variable: 'bilirubin', reason: 'unit-unknown', n: 2 }] })],
    ['one of a person without sex and race', () => input({ sex: undefined, race: undefined })],
    ['a refusal', () => input({ comfortCare: true })]
  ])('%s conforms to its profiles', async (_, asked) => {
    const resources = await written(await runtime.run('cap-icu', asked()))
    const claimed = resources.flatMap((one) => (one.meta?.profile ?? []).map((url) => [one, url] as const))
    expect(claimed.length).toBeGreaterThan(3)
    for (const [resource, url] of claimed)
      expect([`${resource.resourceType}/${resource.id}`, check(resource, url)]).toEqual([
        `${resource.resourceType}/${resource.id}`,
        []
      ])
  })

  test.each([
    [{}, true],
    [{ oru: false }, true],
    [{ oru: true }, false]
  ])('with policy %j is kept out of HL7 v2: %s', async (policy, isKept) => {
    for (const asked of [input(), input({ comfortCare: true })]) {
      const resources = await written(await runtime.run('cap-icu', asked, policy))
      const leading = resources.find(({ resourceType }) => resourceType === 'RiskAssessment')
      expect(leading?.meta?.tag?.some(({ code }) => code === 'fhir-only')).toBe(isKept)
      expect(leading?.meta?.tag?.map(({ code }) => code)).toContain('shadow')
    }
  })

  test('names the case bank, the curve and the reference that were used, by sha256', async () => {
    const resources = await written(await scored(input()))
    const text = JSON.stringify(resources.find(({ resourceType }) => resourceType === 'Provenance'))
    const assets = runtime.model('icu-mortality/1').manifest.assets!
    expect(assets).toHaveLength(3)
    for (const { sha256 } of assets) expect(text).toContain(sha256)
  })

  test('is as it was written down', async () => {
    const resources = await written(
      await scored(input({ unused: [{ variable: 'bilirubin', reason: 'unit-unknown', n: 2 }] }))
    )
    const own = resources.filter(({ resourceType }) =>
      ['RiskAssessment', 'Observation', 'DiagnosticReport'].includes(resourceType)
    )
    expect(own).toMatchSnapshot()
  })
})
