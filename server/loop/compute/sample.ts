import type { GroupedCase } from '../../../inference/metrics/cases.ts'

/** From so many positives on figures are shown (specs README section M). */
export const MIN_POSITIVES = 30

/** A pair as the worker gets it: people are numbers, times are ms. */
export interface SampleCase extends GroupedCase {
  at: string
}

export const positivesOf = (cases: readonly { label: 0 | 1 }[]): number =>
  cases.reduce((sum, { label }) => sum + label, 0)

/** Why figures are not shown, or undefined: both classes are needed, and enough of the rarer event. */
export function suppressionOf(cases: readonly { label: 0 | 1 }[]): string | undefined {
  const positives = positivesOf(cases)
  if (positives < MIN_POSITIVES) return `fewer than ${MIN_POSITIVES} positives`
  return positives === cases.length ? 'no negatives' : undefined
}
