import type { PerformanceAtPrevalence } from '../../fhir-profiles/builders/performance.ts'

/**
 * How a binary result performs, all fractions of 1: prevalence assumed, sensitivity, specificity, PPV, NPV and fraction
 * ruled out, shown together or not at all (specs README section G); the cut (on the served scale) and on what it was measured.
 */
export type Performance = PerformanceAtPrevalence

/**
 * Predictive values of a cut with this sensitivity and specificity where a share `prevalence` has the condition (Bayes).
 * NaN where nobody is ruled out (npv) or nobody is positive (ppv).
 *
 * @example performanceAt({ prevalence: 0.1, sensitivity: 0.8, specificity: 0.9 })
 * // ppv 0.47058823529411764, npv 0.9759036144578314, fractionRuledOut 0.83
 */
export function performanceAt({
  prevalence,
  sensitivity,
  specificity
}: {
  prevalence: number
  sensitivity: number
  specificity: number
}): Performance {
  const [truePositive, falseNegative] = [prevalence * sensitivity, prevalence * (1 - sensitivity)]
  const [trueNegative, falsePositive] = [(1 - prevalence) * specificity, (1 - prevalence) * (1 - specificity)]
  return {
    prevalence,
    sensitivity,
    specificity,
    ppv: truePositive / (truePositive + falsePositive),
    npv: trueNegative / (trueNegative + falseNegative),
    fractionRuledOut: trueNegative + falseNegative
  }
}
