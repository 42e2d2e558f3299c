import type { JudgedStay } from './judged-stay.ts'

/** A logistic model of a folder's `baselines.json`: logit = intercept + sum of coefficient x value. */
export interface LogisticBaseline {
  features: string[]
  /** Of these, ln(1 + value) is taken. */
  log: boolean[]
  /** In place of what is missing; on the logged scale where logged. */
  mean: number[]
  coefficients: number[]
  intercept: number
}

/** The models by name; none where the folder has no such file. */
export function readBaselines(asset: unknown): Record<string, LogisticBaseline> {
  const models = (asset as { models?: Record<string, LogisticBaseline> } | undefined)?.models ?? {}
  return Object.fromEntries(Object.entries(models).filter(([, model]) => isWhole(model)))
}

/**
 * @example
 * const model = { features: ['age', 'sex.male'], log: [false, false], mean: [64, 0.56], coefficients: [0.02, -0.1], intercept: -3 }
 * baselineLogit(model, { age: 70, sex: 'male', features: {} }) // -1.7
 */
export function baselineLogit(
  { features, log, mean, coefficients, intercept }: LogisticBaseline,
  stay: Pick<JudgedStay, 'age' | 'sex' | 'features'>
): number {
  return features.reduce((sum, name, i) => {
    const value = valueIn(name, stay)
    return sum + coefficients[i]! * (value === undefined ? mean[i]! : log[i] ? Math.log1p(value) : value)
  }, intercept)
}

function valueIn(
  name: string,
  { age, sex, features }: Pick<JudgedStay, 'age' | 'sex' | 'features'>
): number | undefined {
  if (name === 'sex.male') return sex === undefined ? undefined : sex === 'male' ? 1 : 0
  const value = features[name] ?? (name === 'age' ? age : undefined)
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

const isWhole = ({ features, log, mean, coefficients, intercept }: LogisticBaseline): boolean =>
  Number.isFinite(intercept) &&
  [log, mean, coefficients].every((list) => Array.isArray(list) && list.length === features.length)
