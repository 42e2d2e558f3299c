import type { OperatingCurve } from './curve.ts'
import { type Performance, performanceAt } from './performance.ts'

/** What a site asks of its cut; one of them. `threshold` is on the served scale, like the cut that comes back. */
export type Choice =
  | { threshold: number }
  | { sensitivityTarget: number }
  | { npvTarget: number }
  | { ppvTarget: number }

/** Why there is no operating point. */
export type NoPoint =
  /** No cut of the curve reaches the target. */
  | 'unreachable'
  /** Ruling out (or in) everybody reaches it: an NPV of 99 % at a prevalence of 1 % asks for no test. */
  | 'reached-without-a-test'
  /** All cuts that reach it rest on fewer than 20 cases beyond the cut. */
  | 'too-few-cases'
  /** At this cut nobody is positive, or nobody is ruled out: a predictive value does not exist. */
  | 'all-on-one-side'

export interface PointOptions {
  /** Takes a cut of the curve to the served scale; must not fall. Default: what is served is the curve's own scale. */
  toServed?: (threshold: number) => number
}

/** A predictive value that rests on fewer cases of the curve's data is not aimed at. */
const MIN_CASES = 20
/** Cuts that went through a logit and back are equal within this. */
const EQUAL = 1e-12

type Found = { performance: Performance } | { reason: NoPoint }

/**
 * All six figures of the cut that a site chose, at the prevalence it assumes, or why there is none.
 *
 * - `threshold`: the curve's first cut at or above it;
 * - `sensitivityTarget`: the highest cut that still has it (the most are ruled out);
 * - `npvTarget`: likewise, the highest cut with it;
 * - `ppvTarget`: the lowest cut with it (the most are found).
 *
 * Sensitivity and specificity are those of the curve: they hold under another prevalence as long as only the mix of sick and
 * well differs. A cut is a rank on the curve: where a prior shift or a site calibration moves what is served, it moves along.
 * A target reached at the best of many cuts flatters itself; its figures want the site's own cases for proof.
 */
export function findOperatingPoint(
  curve: OperatingCurve,
  choice: Choice,
  prevalence: number,
  { toServed = (threshold) => threshold }: PointOptions = {}
): Found {
  const points = curve.points.map((point) => ({
    ...performanceAt({ prevalence, sensitivity: point.sensitivity, specificity: point.specificity }),
    threshold: toServed(point.threshold),
    data: `${curve.data}, n ${curve.n}, ${curve.positives} positive`
  }))
  if ('threshold' in choice) {
    const at = points.find(({ threshold }) => threshold >= choice.threshold - EQUAL)
    return at && isWhole(at) ? { performance: { ...at, threshold: choice.threshold } } : { reason: 'all-on-one-side' }
  }
  const whole = points.filter(isWhole)
  if ('sensitivityTarget' in choice)
    return pick(whole.findLast(({ sensitivity }) => sensitivity >= choice.sensitivityTarget))
  const isNpv = 'npvTarget' in choice
  const target = isNpv ? choice.npvTarget : choice.ppvTarget
  if (target <= (isNpv ? 1 - prevalence : prevalence)) return { reason: 'reached-without-a-test' }
  const reaching = whole.filter(({ npv, ppv }) => (isNpv ? npv : ppv) >= target)
  const backed = reaching.filter((point) => casesBeyond(point, curve, isNpv) >= MIN_CASES)
  if (reaching.length > 0 && backed.length === 0) return { reason: 'too-few-cases' }
  return pick(isNpv ? backed.at(-1) : backed[0])
}

/** `findOperatingPoint` for those who do not ask why: undefined when there is none. */
export function operatingPoint(
  curve: OperatingCurve,
  choice: Choice,
  prevalence: number,
  options: PointOptions = {}
): Performance | undefined {
  const found = findOperatingPoint(curve, choice, prevalence, options)
  return 'performance' in found ? found.performance : undefined
}

const pick = (performance: Performance | undefined): Found =>
  performance ? { performance } : { reason: 'unreachable' }

const isWhole = ({ ppv, npv }: Performance): boolean => !Number.isNaN(ppv) && !Number.isNaN(npv)

/** Cases of the curve's data that the cut rules out, or finds. */
function casesBeyond(
  { sensitivity, specificity }: Performance,
  { n, positives }: OperatingCurve,
  below: boolean
): number {
  const found = positives * sensitivity + (n - positives) * (1 - specificity)
  return Math.round(below ? n - found : found)
}
