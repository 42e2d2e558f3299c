import { objectOf } from '../../../decision/site-json.ts'

/** Logistic model of age and sex of one label: logit = intercept + age x years/100 + female x 1. */
interface AgeSexModel {
  intercept: number
  age: number
  female: number
}

/** Standardised features are held to this, as they were when the model was fitted. */
const FARTHEST = 4

/** Logistic model on measured features, standardised; a feature that was not measured counts as its mean. */
interface EcgomicsModel {
  features: string[]
  mean: number[]
  scale: number[]
  labels: Record<string, { intercept: number; coefficients: number[] }>
}

export interface Baselines {
  ageSex: Record<string, AgeSexModel>
  ecgomics?: EcgomicsModel
}

/** `baselines.json` of the folder; empty where it has none, or not in this form. */
export function readBaselines(asset: unknown): Baselines {
  const { ageSex, ecgomics } = objectOf(asset) ?? {}
  return {
    ageSex: Object.fromEntries(Object.entries(objectOf(ageSex) ?? {}).filter(([, model]) => isAgeSex(model))) as Record<
      string,
      AgeSexModel
    >,
    ...(isEcgomics(ecgomics) ? { ecgomics } : {})
  }
}

/** Undefined without a model, age or sex. */
export function ageSexLogit(model: AgeSexModel | undefined, groups: Record<string, string>): number | undefined {
  const years = groups['age'] === undefined ? Number.NaN : Number(groups['age'])
  const female = groups['sex'] === 'female' ? 1 : groups['sex'] === 'male' ? 0 : Number.NaN
  if (!model || Number.isNaN(years) || Number.isNaN(female)) return undefined
  return model.intercept + (model.age * years) / 100 + model.female * female
}

/** Undefined without a model of the label, or without a single one of its features. */
export function ecgomicsLogit(
  model: EcgomicsModel | undefined,
  label: string,
  measured: Record<string, number> | undefined
): number | undefined {
  const own = model?.labels[label]
  if (!model || !own || !measured || !model.features.some((name) => Number.isFinite(measured[name]))) return undefined
  return model.features.reduce((sum, name, i) => {
    const value = measured[name]
    const standard = Number.isFinite(value) ? (value! - model.mean[i]!) / model.scale[i]! : 0
    return sum + own.coefficients[i]! * Math.max(-FARTHEST, Math.min(FARTHEST, standard))
  }, own.intercept)
}

const isNumber = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value)

function isAgeSex(model: unknown): boolean {
  const { intercept, age, female } = objectOf(model) ?? {}
  return [intercept, age, female].every(isNumber)
}

function isEcgomics(model: unknown): model is EcgomicsModel {
  const { features, mean, scale, labels } = (objectOf(model) ?? {}) as Partial<EcgomicsModel>
  if (!Array.isArray(features) || !objectOf(labels)) return false
  const fits = (list: unknown): boolean =>
    Array.isArray(list) && list.length === features.length && list.every(isNumber)
  return (
    fits(mean) &&
    fits(scale) &&
    Object.values(labels!).every(({ intercept, coefficients }) => isNumber(intercept) && fits(coefficients))
  )
}
