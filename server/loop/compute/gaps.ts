import { type FairnessGap, fairnessGap, isBreach } from '../../../inference/metrics/fairness.ts'
import type { SampleCase } from './sample.ts'

export interface GapsRequest {
  cases: readonly SampleCase[]
  attributes: readonly string[]
  threshold: number
}

export interface GapRow extends Pick<FairnessGap, 'attribute' | 'groups' | 'verdict'> {
  /** Equal-opportunity difference, 95 % interval, and how often exchanged groups gave as much. */
  eod: number | null
  ci: [number, number] | null
  p: number | null
  breach: boolean
}

/** Looks of a year that are as good as independent: weekly looks at growing data hardly differ from each other. */
const LOOKS = 5
const PERMUTATIONS = 1000

/**
 * The gaps that call for a person (specs 06 section 6): equal-opportunity difference above .10 with an interval above .05, groups
 * of 100 and more with 20 events and more; and, since several attributes are looked at again every week, rarer among exchanged
 * groups than .05 / (attributes x 5). How often that still errs where there is no gap: gaps.test.ts.
 */
export function gaps({ cases, attributes, threshold }: GapsRequest): GapRow[] {
  return attributes.map((attribute) => {
    const gap = fairnessGap(cases, attribute, threshold, { draws: 500, permutations: PERMUTATIONS })
    const figure = gap.figures.find(({ name }) => name === 'equalOpportunity')
    const isRare = figure !== undefined && figure.reference.p <= 0.05 / (attributes.length * LOOKS)
    return {
      attribute,
      groups: gap.groups,
      verdict: gap.verdict,
      eod: figure?.value ?? null,
      ci: figure?.ci ?? null,
      p: figure?.reference.p ?? null,
      breach: isRare && isBreach(gap)
    }
  })
}
