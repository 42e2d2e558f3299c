/**
 * Logistic regression with a quadratic penalty, small and exact enough to ask whether inputs tell an attribute. Not a
 * predictor that is served.
 */

/** Rows of inputs; null is missing. All rows equally long. */
export type Table = readonly (readonly (number | null)[])[]

export interface RidgeLogistic {
  /** Of the standardised inputs: what one standard deviation adds to the logit. */
  weights: Float64Array
  /** Probability of the label 1 for a row. */
  predict(row: readonly (number | null)[]): number
}

/** Penalty by case: of `n` cases the sum of squared weights costs n * PENALTY / 2. Set once for tables of some hundred rows, tuned to nothing. */
const PENALTY = 0.02
const MAX_ROUNDS = 30

/**
 * Maximum penalised likelihood by Newton's method (le Cessie and van Houwelingen, Applied Statistics 1992;41:191). Inputs are
 * standardised on the given rows; a missing one counts as their mean, and an input that never varies as nothing. The intercept
 * is not penalised.
 *
 * @example
 * const { predict } = fitRidgeLogistic([[0], [1], [2], [3]], [0, 0, 1, 1])
 * predict([3]) > predict([0]) // true
 */
export function fitRidgeLogistic(rows: Table, labels: ArrayLike<number>): RidgeLogistic {
  const scale = scaleOf(rows)
  const width = scale.mean.length
  const x = rows.map((row) => standardised(row, scale))
  const penalty = PENALTY * rows.length
  // Weights, with the intercept last.
  const beta = new Float64Array(width + 1)
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const gradient = new Float64Array(width + 1)
    const hessian = Array.from({ length: width + 1 }, () => new Float64Array(width + 1))
    for (const [i, row] of x.entries()) {
      const p = logistic(dot(beta, row))
      const weight = Math.max(p * (1 - p), 1e-9)
      const residual = labels[i]! - p
      for (let j = 0; j <= width; j++) {
        const value = row[j]!
        if (value === 0) continue
        gradient[j]! += residual * value
        const line = hessian[j]!
        const weighted = weight * value
        for (let k = 0; k <= j; k++) line[k]! += weighted * row[k]!
      }
    }
    for (let j = 0; j < width; j++) {
      gradient[j]! -= penalty * beta[j]!
      hessian[j]![j]! += penalty
    }
    const step = solve(hessian, gradient)
    let largest = 0
    for (let j = 0; j <= width; j++) {
      // The penalty keeps the optimum near; a step of more than 5 logits would be an overshoot.
      const held = Math.max(-5, Math.min(5, step[j]!))
      beta[j]! += held
      largest = Math.max(largest, Math.abs(held))
    }
    if (largest < 1e-7) break
  }
  return { weights: beta.slice(0, width), predict: (row) => logistic(dot(beta, standardised(row, scale))) }
}

/**
 * Probabilities of rows by models that never saw a row of the same group (patient): groups go round the folds in the order of
 * their first row, so the same table gives the same numbers.
 */
export function crossFitted(
  rows: Table,
  labels: ArrayLike<number>,
  { groups, folds = 5 }: { groups: readonly string[]; folds?: number }
): Float64Array {
  const order = new Map<string, number>()
  for (const group of groups) if (!order.has(group)) order.set(group, order.size % folds)
  const out = new Float64Array(rows.length)
  for (let fold = 0; fold < folds; fold++) {
    const isOut = (i: number): boolean => order.get(groups[i]!) === fold
    const inside = rows.flatMap((_row, i) => (isOut(i) ? [] : [i]))
    const { predict } = fitRidgeLogistic(
      inside.map((i) => rows[i]!),
      inside.map((i) => labels[i]!)
    )
    for (let i = 0; i < rows.length; i++) if (isOut(i)) out[i] = predict(rows[i]!)
  }
  return out
}

interface Scale {
  mean: Float64Array
  /** 1 / standard deviation; 0 of an input that never varies. */
  inverse: Float64Array
}

/** Mean and spread of each input over the rows where it is known. */
export function scaleOf(rows: Table): Scale {
  const width = rows[0]?.length ?? 0
  const mean = new Float64Array(width)
  const inverse = new Float64Array(width)
  for (let j = 0; j < width; j++) {
    let [n, sum, squares] = [0, 0, 0]
    for (const row of rows) {
      const value = row[j]
      if (value === null || value === undefined) continue
      n++
      const before = sum / Math.max(1, n - 1)
      sum += value
      squares += (value - (n === 1 ? value : before)) * (value - sum / n)
    }
    mean[j] = n > 0 ? sum / n : 0
    const deviation = n > 1 ? Math.sqrt(squares / (n - 1)) : 0
    inverse[j] = deviation > 1e-12 ? 1 / deviation : 0
  }
  return { mean, inverse }
}

/** A row in standard deviations from the mean, with 1 for the intercept behind it. */
export function standardised(row: readonly (number | null)[], { mean, inverse }: Scale): Float64Array {
  const out = new Float64Array(mean.length + 1)
  for (let j = 0; j < mean.length; j++) {
    const value = row[j]
    out[j] = value === null || value === undefined ? 0 : (value - mean[j]!) * inverse[j]!
  }
  out[mean.length] = 1
  return out
}

/** Cholesky: `matrix` symmetric and positive definite, its lower half given; it is overwritten. */
function solve(matrix: Float64Array[], right: Float64Array): Float64Array {
  const n = right.length
  for (let j = 0; j < n; j++) {
    const line = matrix[j]!
    for (let k = 0; k < j; k++) {
      const other = matrix[k]!
      let sum = line[k]!
      for (let m = 0; m < k; m++) sum -= line[m]! * other[m]!
      line[k] = sum / other[k]!
    }
    let diagonal = line[j]!
    for (let k = 0; k < j; k++) diagonal -= line[k]! ** 2
    // A direction without curvature (an input that never varies) is left where it is.
    line[j] = Math.sqrt(Math.max(diagonal, 1e-12))
  }
  const out = Float64Array.from(right)
  for (let j = 0; j < n; j++) {
    for (let k = 0; k < j; k++) out[j]! -= matrix[j]![k]! * out[k]!
    out[j]! /= matrix[j]![j]!
  }
  for (let j = n - 1; j >= 0; j--) {
    for (let k = j + 1; k < n; k++) out[j]! -= matrix[k]![j]! * out[k]!
    out[j]! /= matrix[j]![j]!
  }
  return out
}

function dot(beta: Float64Array, row: Float64Array): number {
  let sum = 0
  for (let j = 0; j < row.length; j++) sum += beta[j]! * row[j]!
  return sum
}

const logistic = (z: number): number => 1 / (1 + Math.exp(-z))
