import type { EvaluatedCase } from '../../../../core/inference-module.ts'
import type { CapIcuFindings, Flip } from '../types.ts'
import { baselineLogit } from './baselines.ts'
import { compare } from './compare.ts'

type Scored = Extract<CapIcuFindings, { kind: 'scored' }>

interface Simulated {
  /** Of sex, years. */
  sex: string
  age: number
  died: 0 | 1
  base: number
  cap: number
  flips?: Flip[]
  label?: string
}

/** A stay of nobody as `evaluate` hands it over. */
function stay(
  i: number,
  { sex, age, died, base, cap, flips = [], label = 'death' }: Simulated
): EvaluatedCase<CapIcuFindings> {
  const findings: Partial<Scored> = {
    kind: 'scored',
    role: 'icu-mortality/1',
    variants: { base, fair: base, cap },
    probability: cap,
    flips,
    features: { age, 'lactate.max': i % 3 === 0 ? null : 1 + died }
  }
  return {
    case: {
      recordId: String(i),
      patientId: String(i),
      files: [],
      labels: { [label]: died },
      groups: { sex, age: String(age) }
    },
    findings: findings as Scored
  }
}

/**
 * 200 a sex, 50 died. Base finds 20 of 50 women and 40 of 50 men above all others; CAP 30 and 40: threshold matched to 100 of 400
 * calls the next best as well, which are survivors of either sex.
 */
function planted(found: (sex: string) => { base: number; cap: number }): EvaluatedCase<CapIcuFindings>[] {
  return ['female', 'male'].flatMap((sex, s) =>
    Array.from({ length: 200 }, (_, i) => {
      const died = i < 50 ? 1 : 0
      const score = (high: number) => (died && i < high ? 0.9 : died ? 0.1 : i < 50 + (50 - high) ? 0.8 : 0.2)
      const { base, cap } = found(sex)
      return stay(s * 200 + i, { sex, age: 60, died, base: score(base), cap: score(cap) })
    })
  )
}

const none = async (): Promise<unknown> => undefined
const tools = { draws: 100, asset: none }

test('sets base, fair and CAP beside each other, each at the threshold of its own scores', async () => {
  const { metrics, baselines } = await compare(
    planted((sex) => (sex === 'female' ? { base: 20, cap: 30 } : { base: 40, cap: 40 })),
    tools
  )
  const value = (name: string, group: string) => metrics.find((row) => row.name === name && row.group === group)?.value
  // true-positive rates 20/50 and 40/50; with CAP 30/50 and 40/50
  expect(value('eod.sex', 'base')).toBeCloseTo(0.4, 9)
  expect(value('eod.sex', 'fair')).toBeCloseTo(0.4, 9)
  expect(value('eod.sex', 'cap')).toBeCloseTo(0.2, 9)
  expect(value('eod.max', 'cap')).toBeCloseTo(0.2, 9)
  expect(value('eod.reduction', 'cap-base')).toBeCloseTo(0.5, 9)
  expect(value('auroc.gain', 'cap-base')).toBeCloseTo(value('auroc', 'cap')! - value('auroc', 'base')!, 12)
  // One age band only: no gap to speak of.
  expect(value('eod.age', 'cap')).toBeNull()
  expect(baselines.find(({ name, metric }) => name === 'base predictor' && metric === 'auroc')!.value).toBeCloseTo(
    value('auroc', 'base')!,
    12
  )
})

test('thresholds by group close a gap that lies in the threshold, found on the other half of the patients', async () => {
  // Of women everything is said .3 lower: one threshold finds fewer of them.
  const cases = ['female', 'male'].flatMap((sex, s) =>
    Array.from({ length: 400 }, (_, i) => {
      const died = i < 160 ? 1 : 0
      const risk = (died ? 0.5 : 0.3) + ((i * 37) % 100) / 250 - (s === 0 ? 0.3 : 0)
      return stay(s * 400 + i, { sex, age: 60, died, base: Math.max(0.01, risk), cap: 0.5 })
    })
  )
  const { metrics } = await compare(cases, tools)
  const value = (group: string) => metrics.find((row) => row.name === 'eod.sex' && row.group === group)!.value!
  expect(value('base')).toBeGreaterThan(0.5)
  expect(value('group-thresholds')).toBeLessThan(0.15)
})

test('gives the difference of the same patients an interval, which is narrower than those of its parts', async () => {
  const { metrics } = await compare(
    planted((sex) => (sex === 'female' ? { base: 20, cap: 22 } : { base: 40, cap: 42 })),
    tools
  )
  const width = (name: string, group: string) => {
    const [low, high] = metrics.find((row) => row.name === name && row.group === group)!.ci as [number, number]
    return high - low
  }
  expect(width('auroc.gain', 'cap-base')).toBeLessThan(width('auroc', 'cap'))
})

test('further moments stand under their label', async () => {
  const cases = [...planted(() => ({ base: 20, cap: 30 })), ...planted(() => ({ base: 20, cap: 30 })).map(late)]
  const { metrics, baselines } = await compare(cases, tools)
  expect(metrics.filter(({ name }) => name === 'auroc.48h').map(({ group }) => group)).toEqual(['base', 'fair', 'cap'])
  expect(baselines.map(({ metric }) => metric)).toEqual(['auroc', 'auprc', 'auroc.48h', 'auprc.48h'])
  const alone = await compare(planted(() => ({ base: 20, cap: 30 })).map(late), tools)
  expect(alone.metrics.some(({ name }) => name === 'auroc')).toBe(true)
})

const late = (one: EvaluatedCase<CapIcuFindings>): EvaluatedCase<CapIcuFindings> => ({
  ...one,
  case: { ...one.case, labels: { '48h': one.case.labels['death']! } }
})

describe('flips', () => {
  const flip = (attribute: Flip['attribute'], from: string, to: string, change?: number): Flip => ({
    attribute,
    from,
    to,
    ...(change === undefined ? {} : { change })
  })
  const rowsOf = async (...flips: Flip[][]) => {
    const cases = flips.map((own, i) =>
      stay(i, { sex: 'female', age: 60, died: i % 2 ? 1 : 0, base: 0.2, cap: 0.2, flips: own })
    )
    const { metrics } = await compare(cases, tools)
    return new Map(metrics.map((row) => [row.name, row]))
  }
  test('are turned into one direction before they are averaged', async () => {
    const rows = await rowsOf(
      [flip('sex', 'female', 'male', -0.02), flip('age', '60', '50', -0.03), flip('age', '60', '70', 0.05)],
      [flip('sex', 'male', 'female', 0.04), flip('age', '60', '70', 0.01)]
    )
    // As female minus as male: .02 and .04; ten years older: .05 and .01
    expect(rows.get('flip.sex.mean')!.value).toBeCloseTo(0.03, 12)
    expect(rows.get('flip.sex.meanAbs')!.value).toBeCloseTo(0.03, 12)
    expect(rows.get('flip.age.mean')!.value).toBeCloseTo(0.03, 12)
    expect(rows.get('flip.age.meanAbs')!.value).toBeCloseTo((0.04 + 0.01) / 2, 12)
    expect(rows.has('flip.race.mean')).toBe(false)
  })
  test('of what is no input say nothing, and that they do', async () => {
    const rows = await rowsOf([flip('sex', 'female', 'male')], [flip('sex', 'female', 'male')])
    expect(rows.get('flip.sex.mean')).toMatchObject({ value: null, n: 0, note: 'not informative: no input' })
  })
})

test('baselines of the folder are those of its file, with the mean for what is missing', async () => {
  const model = {
    features: ['age', 'sex.male', 'lactate.max'],
    log: [false, false, true],
    mean: [64, 0.5, 1],
    coefficients: [0.02, -0.1, 2],
    intercept: -3
  }
  // -3 + .02 x 70 - .1 + 2 ln(1 + 3)
  expect(baselineLogit(model, { age: 70, sex: 'male', features: { 'lactate.max': 3 } })).toBeCloseTo(
    -1.7 + 2 * Math.log(4),
    12
  )
  expect(baselineLogit(model, { features: {} })).toBeCloseTo(-3 + 1.28 - 0.05 + 2, 12)
  const asked: string[] = []
  const asset = async (role: string, file: string) => {
    asked.push(`${role} ${file}`)
    return { models: { 'logistic-15': model, torn: { ...model, mean: [] } } }
  }
  const { baselines, metrics } = await compare(
    planted(() => ({ base: 20, cap: 30 })),
    { draws: 50, asset }
  )
  expect(asked).toEqual(['icu-mortality/1 baselines.json'])
  expect(baselines.map(({ name, metric }) => `${name} ${metric}`)).toEqual([
    'logistic-15 auroc',
    'logistic-15 auprc',
    'base predictor auroc',
    'base predictor auprc'
  ])
  const gain = metrics.find(({ group }) => group === 'served-logistic-15')!
  const cap = metrics.find(({ name, group }) => name === 'auroc' && group === 'cap')!
  expect(gain.value).toBeCloseTo(cap.value! - baselines[0]!.value, 12)
})
