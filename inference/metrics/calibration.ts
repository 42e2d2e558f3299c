import type { Scored } from './discrimination.ts'

const BINS = 10

/** Expected calibration error over ten bins of equal mass (specs README section G). */
export function expectedCalibrationError(cases: readonly Scored[]): number {
  const sorted = [...cases].sort((a, b) => a.probability - b.probability)
  let error = 0
  for (let bin = 0; bin < BINS; bin++) {
    const part = sorted.slice(Math.floor((bin * sorted.length) / BINS), Math.floor(((bin + 1) * sorted.length) / BINS))
    if (part.length === 0) continue
    const said = part.reduce((sum, { probability }) => sum + probability, 0) / part.length
    const seen = part.reduce((sum, { label }) => sum + label, 0) / part.length
    error += (part.length / sorted.length) * Math.abs(said - seen)
  }
  return error
}

/** Mean squared difference of probability and label. */
export const brier = (cases: readonly Scored[]): number =>
  cases.reduce((sum, { probability, label }) => sum + (probability - label) ** 2, 0) / cases.length

/**
 * Slope and intercept of label ~ logit(probability), by Newton's method (Cox 1958). 1 and 0 are perfect; NaN without both
 * classes or when the fit does not settle.
 */
export function calibrationLine(cases: readonly Scored[]): { slope: number; intercept: number } {
  const points = cases.map(({ probability, label }) => ({ x: logit(probability), label }))
  const positives = points.reduce((sum, { label }) => sum + label, 0)
  if (positives === 0 || positives === points.length) return { slope: Number.NaN, intercept: Number.NaN }
  let [intercept, slope] = [Math.log(positives / (points.length - positives)), 0]
  let likelihood = logLikelihood(points, { slope, intercept })
  for (let round = 0; round < 50; round++) {
    let [g0, g1, h00, h01, h11] = [0, 0, 0, 0, 0]
    for (const { x, label } of points) {
      const p = 1 / (1 + Math.exp(-(intercept + slope * x)))
      const weight = p * (1 - p)
      g0 += label - p
      g1 += (label - p) * x
      h00 += weight
      h01 += weight * x
      h11 += weight * x * x
    }
    const determinant = h00 * h11 - h01 * h01
    if (!(determinant > 1e-12)) break
    const step = { intercept: (h11 * g0 - h01 * g1) / determinant, slope: (h00 * g1 - h01 * g0) / determinant }
    if (Math.abs(step.intercept) + Math.abs(step.slope) < 1e-8) return { slope, intercept }
    // A full step can overshoot far from the optimum: halved until it helps.
    let size = 1
    let next = likelihood
    for (; size > 1e-4; size /= 2) {
      next = logLikelihood(points, { slope: slope + size * step.slope, intercept: intercept + size * step.intercept })
      if (next >= likelihood) break
    }
    if (size <= 1e-4) return { slope, intercept }
    intercept += size * step.intercept
    slope += size * step.slope
    likelihood = next
  }
  return { slope: Number.NaN, intercept: Number.NaN }
}

function logLikelihood(
  points: readonly { x: number; label: 0 | 1 }[],
  { slope, intercept }: { slope: number; intercept: number }
): number {
  let sum = 0
  for (const { x, label } of points) {
    const z = intercept + slope * x
    // log(1 + e^z) without overflow
    sum += label * z - (z > 0 ? z + Math.log1p(Math.exp(-z)) : Math.log1p(Math.exp(z)))
  }
  return sum
}

/** Probabilities of 0 and 1 are held one in a million away, so that the logit stays finite. */
const logit = (p: number): number => {
  const held = Math.min(1 - 1e-6, Math.max(1e-6, p))
  return Math.log(held / (1 - held))
}
