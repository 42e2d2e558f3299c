import type { GroupedCase } from './cases.ts'
import {
  demographicParityDifference,
  equalizedOddsDifference,
  equalOpportunityDifference,
  type FairnessGap,
  fairnessGap,
  isBreach
} from './fairness.ts'
import { simulatedCases } from './fixtures/simulated-cases.ts'

/** `counts` of a group: true positives, false negatives, false positives, true negatives, each case another person. */
const group = (name: string, counts: [number, number, number, number]): GroupedCase[] =>
  counts.flatMap((n, kind) =>
    Array.from({ length: n }, (_, i) => ({
      patient: `${name}-${kind}-${i}`,
      probability: kind === 0 || kind === 2 ? 0.9 : 0.1,
      label: (kind < 2 ? 1 : 0) as 0 | 1,
      groups: { sex: name }
    }))
  )
const ALL = { limits: { cases: 1, events: 1 } }

describe('differences counted by hand', () => {
  // women: 3 of 4 found, 2 of 10 false alarms, 5 of 14 called. men: 1 of 2, 4 of 8, 5 of 10.
  const cases = [...group('female', [3, 1, 2, 8]), ...group('male', [1, 1, 4, 4])]

  test('equal opportunity is the gap of the true-positive rates', () => {
    expect(equalOpportunityDifference(cases, 'sex', 0.5, ALL).value).toBeCloseTo(0.75 - 0.5, 12)
  })
  test('equalised odds is the larger of it and the gap of the false-positive rates', () => {
    expect(equalizedOddsDifference(cases, 'sex', 0.5, ALL).value).toBeCloseTo(0.5 - 0.2, 12)
  })
  test('demographic parity is the gap of the shares called positive', () => {
    expect(demographicParityDifference(cases, 'sex', 0.5, ALL).value).toBeCloseTo(5 / 10 - 5 / 14, 12)
  })
  test('rates of each group', () => {
    expect(equalOpportunityDifference(cases, 'sex', 0.5, ALL).groups).toEqual([
      { group: 'female', n: 14, positives: 4, tpr: 0.75, fpr: 0.2, ppv: 0.6, selectionRate: 5 / 14 },
      { group: 'male', n: 10, positives: 2, tpr: 0.5, fpr: 0.5, ppv: 0.2, selectionRate: 0.5 }
    ])
  })
  test('at the threshold is positive', () => {
    expect(demographicParityDifference(cases, 'sex', 0.9, ALL).groups[1]!.selectionRate).toBe(0.5)
    expect(demographicParityDifference(cases, 'sex', 0.91, ALL).groups[1]!.selectionRate).toBe(0)
  })
  test('groups under 100 cases, or 20 of either outcome, are not compared', () => {
    expect(equalOpportunityDifference(cases, 'sex', 0.5)).toEqual({ value: Number.NaN, groups: [] })
    const large = [...group('female', [10, 10, 20, 60]), ...group('male', [10, 9, 21, 60])]
    expect(equalOpportunityDifference(large, 'sex', 0.5).groups.map((one) => one.group)).toEqual(['female'])
    expect(fairnessGap(large, 'sex', 0.5, { draws: 20, permutations: 20 }).verdict).toBe('not-judged')
  })
})

const small = { draws: 100, permutations: 100 }
const gapsOf = (count: number, options: Parameters<typeof simulatedCases>[1]): FairnessGap[] =>
  Array.from({ length: count }, (_, i) => fairnessGap(simulatedCases(7000 + i, options), 'group', 0.25, small))
const TWO = { a: 0.45, b: 0.55 }
const SIX = { a: 0.25, b: 0.25, c: 0.2, d: 0.15, e: 0.1, f: 0.05 }

// Rates of found gaps over 200 simulations each (seeds 7000-7199, 300 draws, 200 exchanges): two groups of 1500 without a gap 13,
// six groups of 2500 without a gap 11 (3 with four cases a
// person), with one logit taken off one group 200 of 200 both times.
describe('a planted gap', () => {
  test.each([
    ['one of two groups', { shares: TWO, n: 1500, shift: { a: -1 } }, 'a'],
    ['one of six groups', { shares: SIX, n: 2500, shift: { c: -1 } }, 'c']
  ])('of one logit in %s is found, with an interval that misses zero in that group', (_where, options, where) => {
    for (const gap of gapsOf(2, options)) {
      expect(gap.verdict).toBe('found')
      const contrast = gap.contrasts.find((one) => one.group === where && one.of === 'tpr')!
      expect(contrast.ci[1]).toBeLessThan(0)
      expect(isBreach(gap)).toBe(true)
    }
  })
})

describe('no gap', () => {
  test('is rarely called one, although the largest of six differences looks like one', () => {
    const gaps = gapsOf(8, { shares: SIX, n: 2500 })
    expect(gaps.filter(({ verdict }) => verdict === 'found').length).toBeLessThanOrEqual(2)
    expect(gaps.filter(isBreach).length).toBeLessThanOrEqual(2)
    // The bare rule (above .10, interval above .05) would have called most of them.
    const bare = gaps.filter(({ figures: [eod] }) => eod!.value > 0.1 && eod!.ci[0] > 0.05)
    expect(bare.length).toBeGreaterThan(4)
    // And the reference says how large a difference of nothing is.
    for (const { figures } of gaps) expect(figures[0]!.reference.median).toBeGreaterThan(0.05)
  })

  test('several cases of a person are exchanged together', () => {
    const gaps = gapsOf(5, { shares: SIX, n: 2500, casesEach: 4 })
    expect(gaps.filter(({ verdict }) => verdict === 'found').length).toBeLessThanOrEqual(1)
  })
})

test('the same cases give the same report, in whatever order attributes are asked', () => {
  const cases = simulatedCases(1, { shares: TWO, n: 400 })
  expect(fairnessGap(cases, 'group', 0.25, small)).toEqual(fairnessGap(cases, 'group', 0.25, small))
})
