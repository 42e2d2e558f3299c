import { weightedIntervals } from '../../../inference/metrics/bootstrap.ts'
import {
  brierOf,
  calibrationInTheLarge,
  calibrationLine,
  calibrationOf
} from '../../../inference/metrics/calibration.ts'
import { once, rank, rankedEce } from '../../../inference/metrics/ranked.ts'
import type { Figure } from './figures.ts'
import { MIN_POSITIVES, positivesOf, type SampleCase } from './sample.ts'

/** Pairs that a proposal needs at least (specs README section F). */
export const MIN_PAIRS = 200
const FOLDS = 5
const CLIP = 1e-6

/** logit(p') = slope logit(p) + intercept. */
export interface Line {
  slope: number
  intercept: number
}

export type RecalibrationMethod = 'none' | 'intercept' | 'platt'

export interface CalibrationFigures {
  ece: Figure
  brier: Figure
  slope: Figure
  intercept: Figure
}

export interface Recalibration {
  n: number
  positives: number
  from?: string
  to?: string
  /** Why there is no proposal. */
  suppressed?: string
  /** What cross-validation prefers; 'none': what is served is not beaten. */
  method?: RecalibrationMethod
  line?: Line
  /** Mean log loss of cases whose people the fit had not seen. */
  logLoss?: Record<RecalibrationMethod, number>
  /** By how much the preferred method lowers it, with its interval by patient; [<= 0, ..]: not shown to be better. */
  gain?: Figure
  before?: CalibrationFigures
  /** Of the cross-validated probabilities, not of the fit on its own cases. */
  after?: CalibrationFigures
}

/**
 * Whether another line on the log odds would call the served probabilities better: Platt's (slope and intercept), or the
 * intercept alone, or neither, by five-fold cross-validation over people. The simpler wins a tie.
 */
export function recalibrate({ cases, draws }: { cases: readonly SampleCase[]; draws: number }): Recalibration {
  const [n, positives] = [cases.length, positivesOf(cases)]
  const counts = { n, positives, ...(n > 0 ? { from: cases[0]!.at, to: cases.at(-1)!.at } : {}) }
  if (n < MIN_PAIRS) return { ...counts, suppressed: `fewer than ${MIN_PAIRS} pairs` }
  if (Math.min(positives, n - positives) < MIN_POSITIVES)
    return { ...counts, suppressed: `fewer than ${MIN_POSITIVES} of either outcome` }
  const moved = Object.fromEntries(METHODS.map((method) => [method, crossValidated(cases, method)])) as Record<
    RecalibrationMethod,
    SampleCase[]
  >
  const logLoss = Object.fromEntries(METHODS.map((method) => [method, meanLoss(moved[method])])) as Record<
    RecalibrationMethod,
    number
  >
  const method = METHODS.reduce((best, one) => (logLoss[one] < logLoss[best] ? one : best))
  return {
    ...counts,
    method,
    line: lineOf(cases, method),
    logLoss,
    gain: gainOf(cases, moved[method], draws),
    before: calibrationFigures(cases, draws),
    after: calibrationFigures(moved[method], draws)
  }
}

/** The simplest first. */
const METHODS: readonly RecalibrationMethod[] = ['none', 'intercept', 'platt']

function lineOf(cases: readonly SampleCase[], method: RecalibrationMethod): Line {
  if (method === 'none') return { slope: 1, intercept: 0 }
  if (method === 'intercept') return { slope: 1, intercept: calibrationInTheLarge(cases) }
  return calibrationLine(cases)
}

/** Each case by the line that the people of the other folds give. */
function crossValidated(cases: readonly SampleCase[], method: RecalibrationMethod): SampleCase[] {
  if (method === 'none') return [...cases]
  const people = new Map([...new Set(cases.map(({ patient }) => patient))].map((patient, i) => [patient, i % FOLDS]))
  const moved: SampleCase[] = [...cases]
  for (let fold = 0; fold < FOLDS; fold++) {
    const line = lineOf(
      cases.filter(({ patient }) => people.get(patient) !== fold),
      method
    )
    for (const [i, one] of cases.entries())
      if (people.get(one.patient) === fold) moved[i] = { ...one, probability: applyLine(one.probability, line) }
  }
  return moved
}

/** A falling or undefined line never wins: it leaves a case at one half. */
function applyLine(probability: number, { slope, intercept }: Line): number {
  if (!(slope > 0) || !Number.isFinite(intercept)) return 0.5
  const p = held(probability)
  return 1 / (1 + Math.exp(-(slope * Math.log(p / (1 - p)) + intercept)))
}

const held = (p: number): number => Math.min(1 - CLIP, Math.max(CLIP, p))

const lossOf = ({ probability, label }: SampleCase): number =>
  -Math.log(label === 1 ? held(probability) : 1 - held(probability))

const meanLoss = (cases: readonly SampleCase[]): number =>
  cases.reduce((sum, one) => sum + lossOf(one), 0) / cases.length

function gainOf(before: readonly SampleCase[], after: readonly SampleCase[], draws: number): Figure {
  const gains = Float64Array.from(before, (one, i) => lossOf(one) - lossOf(after[i]!))
  return figuresOf(before, [(weights) => mean(gains, weights)], draws)[0]!
}

function mean(values: Float64Array, weights: ArrayLike<number>): number {
  let [sum, total] = [0, 0]
  for (let i = 0; i < values.length; i++) {
    sum += weights[i]! * values[i]!
    total += weights[i]!
  }
  return sum / total
}

function calibrationFigures(cases: readonly SampleCase[], draws: number): CalibrationFigures {
  const [ranked, brier, line] = [rank(cases), brierOf(cases), calibrationOf(cases)]
  const [ece, score, slope, intercept] = figuresOf(
    cases,
    [
      (weights) => rankedEce(ranked, weights),
      brier,
      (weights) => line(weights).slope,
      (weights) => line(weights).intercept
    ],
    draws
  )
  return { ece: ece!, brier: score!, slope: slope!, intercept: intercept! }
}

function figuresOf(
  cases: readonly { patient: string }[],
  statistics: readonly ((weights: ArrayLike<number>) => number)[],
  draws: number
): Figure[] {
  const of = (weights: ArrayLike<number>): number[] => statistics.map((statistic) => statistic(weights))
  const intervals = weightedIntervals(
    cases.map(({ patient }) => patient),
    of,
    draws
  )
  return of(once(cases)).map((value, i) => ({ value, ci: intervals[i] ?? [null, null] }))
}
