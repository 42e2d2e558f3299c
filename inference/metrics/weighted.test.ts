import fc from 'fast-check'
import { bootstrapIntervals, weightedIntervals } from './bootstrap.ts'
import {
  brier,
  brierOf,
  calibrationInTheLarge,
  calibrationLine,
  calibrationOf,
  expectedCalibrationError,
  inTheLargeOf
} from './calibration.ts'
import type { GroupedCase } from './cases.ts'
import { atThreshold, auprc, auroc, countsAt, prevalenceMatchedThreshold, ruledOut } from './discrimination.ts'
import { gapsOf } from './group-rates.ts'
import { once, rank, rankedAuprc, rankedAuroc, rankedEce } from './ranked.ts'
import type { Scored } from './scored.ts'

/** Few patients with several cases each, few distinct scores: repeats and ties are the rule. */
const someCases = fc.array(
  fc.record({
    patient: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    probability: fc.constantFrom(0, 0.1, 0.1000001, 0.5, 0.7, 0.9, 1),
    label: fc.constantFrom<0 | 1>(0, 1)
  }),
  { minLength: 1, maxLength: 24 }
)

const patientsOf = (cases: readonly Scored[]): string[] => cases.map(({ patient }) => patient)

/** Undefined stays undefined; the rest agrees but for the order of sums. */
function expectAlike(found: readonly [number, number][], wanted: readonly [number, number][]): void {
  expect(found).toHaveLength(wanted.length)
  for (const [i, pair] of wanted.entries()) {
    for (const end of [0, 1] as const) {
      if (Number.isNaN(pair[end])) expect(found[i]![end]).toBeNaN()
      else expect(found[i]![end]).toBeCloseTo(pair[end], 6)
    }
  }
}

test('intervals from weights are those of the samples built and judged one by one', () => {
  fc.assert(
    fc.property(someCases, (cases) => {
      const ranked = rank(cases)
      const [squares, at, large, line] = [
        brierOf(cases),
        countsAt(cases, 0.5),
        inTheLargeOf(cases),
        calibrationOf(cases)
      ]
      const found = weightedIntervals(
        patientsOf(cases),
        (weights) => {
          const { sensitivity, specificity, ppv, npv, ruledOut: fraction } = at(weights)
          return [
            rankedAuroc(ranked, weights),
            rankedAuprc(ranked, weights),
            rankedEce(ranked, weights),
            squares(weights),
            large(weights),
            line(weights).slope > 0 ? 1 : 0,
            sensitivity,
            specificity,
            ppv,
            npv,
            fraction
          ]
        },
        40
      )
      const wanted = bootstrapIntervals(
        cases,
        (some) => {
          const { sensitivity, specificity, ppv } = atThreshold(some, 0.5)
          const { npv, fraction } = ruledOut(some, 0.5)
          return [
            auroc(some),
            auprc(some),
            expectedCalibrationError(some),
            brier(some),
            calibrationInTheLarge(some),
            calibrationLine(some).slope > 0 ? 1 : 0,
            sensitivity,
            specificity,
            ppv,
            npv,
            fraction
          ]
        },
        40
      )
      expectAlike(found, wanted)
    }),
    { seed: 3003, numRuns: 60 }
  )
})

test('a weighting counts a case as often as it says', () => {
  fc.assert(
    fc.property(someCases, fc.array(fc.nat(3), { minLength: 24, maxLength: 24 }), (cases, weights) => {
      const expanded = cases.flatMap((one, i) => Array.from({ length: weights[i]! }, () => one))
      fc.pre(expanded.length > 0)
      const ranked = rank(cases)
      for (const [found, wanted] of [
        [rankedAuroc(ranked, weights), slowAuroc(expanded)],
        [rankedAuprc(ranked, weights), slowAuprc(expanded)],
        [rankedEce(ranked, weights), expectedCalibrationError(expanded)]
      ] as const) {
        if (Number.isNaN(wanted)) expect(found).toBeNaN()
        else expect(found).toBeCloseTo(wanted, 12)
      }
    }),
    { seed: 3003, numRuns: 200 }
  )
})

/** By definition: every pair of a positive and a negative. */
function slowAuroc(cases: readonly Scored[]): number {
  let [wins, pairs] = [0, 0]
  for (const one of cases)
    for (const other of cases) {
      if (one.label !== 1 || other.label !== 0) continue
      pairs++
      wins += one.probability > other.probability ? 1 : one.probability === other.probability ? 0.5 : 0
    }
  return wins / pairs
}

/** By definition: sum over the distinct scores of precision times the recall gained there. */
function slowAuprc(cases: readonly Scored[]): number {
  const positives = cases.filter(({ label }) => label === 1).length
  let [sum, before] = [0, 0]
  for (const score of [...new Set(cases.map(({ probability }) => probability))].sort((a, b) => b - a)) {
    const above = cases.filter(({ probability }) => probability >= score)
    const recall = above.filter(({ label }) => label === 1).length / positives
    sum += (recall - before) * (above.filter(({ label }) => label === 1).length / above.length)
    before = recall
  }
  return sum
}

const cases = (...pairs: [number, 0 | 1][]): Scored[] =>
  pairs.map(([probability, label], i) => ({ patient: `p${i}`, probability, label }))

test('average precision of a worked example', () => {
  // scikit-learn's documented example: average_precision_score([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]) = 0.83
  expect(auprc(cases([0.1, 0], [0.4, 0], [0.35, 1], [0.8, 1]))).toBeCloseTo(1 / 2 + (1 / 2) * (2 / 3), 12)
  expect(auprc(cases([0.1, 0]))).toBeNaN()
})

test('the prevalence-matched threshold calls as many positive as there are, as near as ties allow', () => {
  expect(prevalenceMatchedThreshold(cases([0.9, 1], [0.7, 0], [0.4, 1], [0.1, 0]))).toBe(0.7)
  // Two positives among three cases of one score: three are nearer to two than none.
  expect(prevalenceMatchedThreshold(cases([0.5, 1], [0.5, 0], [0.5, 1], [0.1, 0]))).toBe(0.5)
  expect(prevalenceMatchedThreshold(cases([0.5, 0], [0.2, 0]))).toBe(Number.POSITIVE_INFINITY)
  expect(prevalenceMatchedThreshold([])).toBeNaN()
})

test('calibration in the large is the shift of the logits that makes the mean right', () => {
  // All say one half, three of four are positive: the shift is logit(3/4).
  expect(calibrationInTheLarge(cases([0.5, 1], [0.5, 1], [0.5, 1], [0.5, 0]))).toBeCloseTo(Math.log(3), 9)
  expect(calibrationInTheLarge(cases([0.5, 1]))).toBeNaN()
  // Certainty that is wrong half the time settles too.
  expect(calibrationInTheLarge(cases([1, 1], [1, 0], [1, 0], [1, 1]))).toBeCloseTo(-Math.log(1e6 - 1), 6)
})

describe('gaps between groups', () => {
  /** 40 a group: 10 positive; `hits` of them and `alarms` of the negative at or above one half. */
  const group = (name: string, hits: number, alarms: number): GroupedCase[] =>
    Array.from({ length: 40 }, (_, i) => ({
      patient: `${name}${i}`,
      label: i < 10 ? 1 : 0,
      probability: (i < 10 ? i < hits : i - 10 < alarms) ? 0.8 : 0.2,
      groups: { sex: name }
    }))

  test('the largest difference of true-positive rates, and of both rates', () => {
    const all = [...group('a', 9, 3), ...group('b', 6, 15), ...group('c', 8, 6)]
    const { equalOpportunity, equalisedOdds } = gapsOf(all, 'sex', { threshold: 0.5 })(once(all))
    expect(equalOpportunity).toBeCloseTo(0.3, 12)
    // false-positive rates 3/30, 15/30, 6/30
    expect(equalisedOdds).toBeCloseTo(0.4, 12)
  })
  test('groups that are too small do not count, and one group has no gap', () => {
    const small = group('d', 0, 30).slice(0, 29)
    const all = [...group('a', 9, 3), ...group('b', 6, 15), ...small]
    expect(gapsOf(all, 'sex', { threshold: 0.5 })(once(all)).equalOpportunity).toBeCloseTo(0.3, 12)
    const one = [...group('a', 9, 3), ...small]
    expect(gapsOf(one, 'sex', { threshold: 0.5 })(once(one)).equalOpportunity).toBeNaN()
    expect(gapsOf(all, 'race', { threshold: 0.5 })(once(all)).equalisedOdds).toBeNaN()
  })
})
