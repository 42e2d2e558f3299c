import type { Weights } from './bootstrap.ts'
import { once, rank, rankedEce } from './ranked.ts'
import type { Scored } from './scored.ts'

// Taken once, as in bootstrap.ts: once a case and a draw.
const { abs, exp, log1p, max, min } = Math

/** Expected calibration error over ten bins of equal mass (specs README section G). */
export const expectedCalibrationError = (cases: readonly Scored[]): number => rankedEce(rank(cases), once(cases))

/** Mean squared difference of probability and label. */
export const brier = (cases: readonly Scored[]): number => brierOf(cases)(once(cases))

/** The same of any weighting of the cases. */
export function brierOf(cases: readonly Scored[]): (weights: Weights) => number {
  const squares = Float64Array.from(cases, ({ probability, label }) => (probability - label) ** 2)
  return (weights) => {
    let [sum, total] = [0, 0]
    for (let i = 0; i < squares.length; i++) {
      sum += weights[i]! * squares[i]!
      total += weights[i]!
    }
    return sum / total
  }
}

export interface CalibrationLine {
  slope: number
  intercept: number
}

const UNDEFINED: CalibrationLine = { slope: Number.NaN, intercept: Number.NaN }

/**
 * Slope and intercept of label ~ logit(probability), by Newton's method (Cox 1958). 1 and 0 are perfect; NaN without both
 * classes or when the fit does not settle.
 */
export const calibrationLine = (cases: readonly Scored[]): CalibrationLine => calibrationOf(cases)(once(cases))

/** The same of any weighting of the cases. Each fit starts where that of the cases as they are ended. */
export function calibrationOf(cases: readonly Scored[]): (weights: Weights) => CalibrationLine {
  const points = pointsOf(cases)
  let start: CalibrationLine | undefined
  return (weights) => {
    const { positives, total } = massOf(points, weights)
    if (positives === 0 || positives === total) return UNDEFINED
    const fromPrevalence = { slope: 0, intercept: Math.log(positives / (total - positives)) }
    start ??= fitLine(points, once(cases), fromPrevalence) ?? fromPrevalence
    return fitLine(points, weights, start) ?? fitLine(points, weights, fromPrevalence) ?? UNDEFINED
  }
}

/**
 * Calibration in the large: the intercept of label ~ logit(probability) with the slope held at 1. 0 is perfect; above 0 more
 * died than was said (Van Calster et al., BMC Medicine 2019;17:230). Steadier than the intercept of `calibrationLine`, which is
 * the offset at a probability of one half, where a rare outcome has hardly a case. NaN without both classes.
 */
export const calibrationInTheLarge = (cases: readonly Scored[]): number => inTheLargeOf(cases)(once(cases))

/** The same of any weighting of the cases. */
export function inTheLargeOf(cases: readonly Scored[]): (weights: Weights) => number {
  const points = pointsOf(cases)
  // e^-x of each case once: 1 / (1 + e^-(a + x)) is then a product and a division.
  const odds = points.x.map((x) => exp(-x))
  return (weights) => {
    const { positives, total } = massOf(points, weights)
    if (positives === 0 || positives === total) return Number.NaN
    let intercept = 0
    for (let round = 0; round < 50; round++) {
      const shift = exp(-intercept)
      let [said, slope] = [0, 0]
      for (let i = 0; i < odds.length; i++) {
        const weight = weights[i]!
        if (weight === 0) continue
        const p = 1 / (1 + shift * odds[i]!)
        said += weight * p
        slope += weight * p * (1 - p)
      }
      // Bounded steps: where all probabilities are extreme the slope is nearly flat.
      const step = max(-2, min(2, (positives - said) / max(slope, 1e-12)))
      intercept += step
      if (abs(step) < SETTLED) return intercept
    }
    return Number.NaN
  }
}

/** After a step of this size the error of Newton's method is of the order of its square. */
const SETTLED = 1e-5

/** Logit and label [cases]. */
interface Points {
  x: Float64Array
  label: Uint8Array
}

const pointsOf = (cases: readonly Scored[]): Points => ({
  x: Float64Array.from(cases, ({ probability }) => logit(probability)),
  label: Uint8Array.from(cases, ({ label }) => label)
})

function massOf({ label }: Points, weights: Weights): { positives: number; total: number } {
  let [positives, total] = [0, 0]
  for (let i = 0; i < label.length; i++) {
    total += weights[i]!
    if (label[i] === 1) positives += weights[i]!
  }
  return { positives, total }
}

/** Newton's method with halved steps; undefined where it does not settle. */
function fitLine(points: Points, weights: Weights, from: CalibrationLine): CalibrationLine | undefined {
  let line = from
  for (let round = 0; round < 50; round++) {
    const { g0, g1, h00, h01, h11 } = derivatives(points, weights, line)
    const determinant = h00 * h11 - h01 * h01
    if (!(determinant > 1e-12)) return undefined
    const step = { intercept: (h11 * g0 - h01 * g1) / determinant, slope: (h00 * g1 - h01 * g0) / determinant }
    const length = abs(step.intercept) + abs(step.slope)
    const size = length < SURE ? 1 : helpful(points, weights, { line, step })
    if (size === 0) return line
    line = { slope: line.slope + size * step.slope, intercept: line.intercept + size * step.intercept }
    if (size === 1 && length < SETTLED) return line
  }
  return undefined
}

/** So near to the optimum a full step does not overshoot. */
const SURE = 0.1

/** How much of a step raises the likelihood: a full one can overshoot far from the optimum, and is halved until it helps. */
function helpful(
  points: Points,
  weights: Weights,
  { line, step }: { line: CalibrationLine; step: CalibrationLine }
): number {
  const here = logLikelihood(points, weights, line)
  for (let size = 1; size > 1e-4; size /= 2) {
    const next = { slope: line.slope + size * step.slope, intercept: line.intercept + size * step.intercept }
    if (logLikelihood(points, weights, next) >= here) return size
  }
  return 0
}

/** Gradient of the log-likelihood, and its negative curvature. */
function derivatives({ x, label }: Points, weights: Weights, { slope, intercept }: CalibrationLine) {
  let [g0, g1, h00, h01, h11] = [0, 0, 0, 0, 0]
  for (let i = 0; i < x.length; i++) {
    const times = weights[i]!
    if (times === 0) continue
    const xi = x[i]!
    const p = 1 / (1 + exp(-(intercept + slope * xi)))
    const residual = times * (label[i]! - p)
    const weight = times * p * (1 - p)
    g0 += residual
    g1 += residual * xi
    h00 += weight
    h01 += weight * xi
    h11 += weight * xi * xi
  }
  return { g0, g1, h00, h01, h11 }
}

function logLikelihood({ x, label }: Points, weights: Weights, { slope, intercept }: CalibrationLine): number {
  let sum = 0
  for (let i = 0; i < x.length; i++) {
    const times = weights[i]!
    if (times === 0) continue
    const z = intercept + slope * x[i]!
    // log(1 + e^z) without overflow
    sum += times * (label[i]! * z - max(z, 0) - log1p(exp(-abs(z))))
  }
  return sum
}

/** Probabilities of 0 and 1 are held one in a million away, so that the logit stays finite. */
const logit = (p: number): number => {
  const held = min(1 - 1e-6, max(1e-6, p))
  return Math.log(held / (1 - held))
}
