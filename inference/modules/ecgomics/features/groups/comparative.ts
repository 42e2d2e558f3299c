import type { AbsentReason, FeatureValue } from '../../types.ts'
import { cloudDistance, shareBelow } from '../comparative/cloud-distance.ts'
import { ageGap, ecgAge } from '../comparative/ecg-age.ts'
import { AGE_MODEL, NORMAL_CLOUD, PERCENTILES, termsOf } from '../comparative/norms.ts'
import { percentileOf } from '../comparative/percentile-of.ts'
import type { FeatureContext } from '../context.ts'
import { PERCENTILE_OF } from '../definitions/comparative.ts'
import { absent, numeric } from '../feature-value.ts'

interface Person {
  age: number
  sex: 'male' | 'female'
}

/** Set beside people of the same age and sex; from the features that were measured before. */
export function comparativeFeatures(context: FeatureContext, features: readonly FeatureValue[]): FeatureValue[] {
  const byName = new Map(features.map((one) => [one.lead ? `${one.id}|${one.lead}` : one.id, one]))
  const find = (name: string): FeatureValue | undefined => byName.get(name)
  return [
    ...PERCENTILE_OF.map((id) => percentile(context, id, find(id))),
    ...ages(context, find),
    ...cloud(context, find)
  ]
}

/** The person, or why nothing is set beside people: pacing, unknown age or sex, an age that nobody in the norms had. */
function personOf({ input }: FeatureContext, [low, high]: readonly [number, number]): Person | AbsentReason {
  const { age, sex, paced } = input
  if (paced) return 'paced'
  if (age === undefined || (sex !== 'male' && sex !== 'female')) return 'demographics-missing'
  return age >= low && age <= high ? { age, sex } : 'age-out-of-range'
}

function percentile(context: FeatureContext, id: string, of: FeatureValue | undefined): FeatureValue {
  const name = `percentile.${id}`
  const norm = PERCENTILES.features[id]
  const person = personOf(context, PERCENTILES.ages)
  if (typeof person === 'string') return absent(name, person)
  if (of?.value === undefined || !norm) return absent(name, of?.absent ?? 'not-finite')
  const at = (value: number): number =>
    percentileOf(value, {
      terms: termsOf(person),
      quantiles: PERCENTILES.quantiles,
      coefficients: norm.coefficients
    })
  const { value, confidence, limited } = of
  return numeric(name, at(value), {
    confidence: confidence && { low: at(confidence.low), high: at(confidence.high), n: confidence.n },
    limited
  })
}

type Find = (name: string) => FeatureValue | undefined

function ages(context: FeatureContext, find: Find): FeatureValue[] {
  const person = personOf(context, AGE_MODEL.ages)
  const ids = ['ecg-age', 'ecg-age.gap'] as const
  if (typeof person === 'string') return ids.map((id) => absent(id, person))
  const predicted = ecgAge(AGE_MODEL, (name) =>
    name === 'female' ? Number(person.sex === 'female') : find(name)?.value
  )
  if (predicted === undefined) {
    const why = reasonAmong(context, AGE_MODEL.features, find)
    return ids.map((id) => absent(id, why))
  }
  const gap = ageGap(AGE_MODEL, predicted, person.age)
  const { absolute95 } = AGE_MODEL.error
  const within = (value: number) => ({ low: value - absolute95, high: value + absolute95, n: AGE_MODEL.n.people })
  const limited = context.measured.quality.verdict === 'limited'
  return [
    numeric('ecg-age', predicted, { confidence: within(predicted), limited }),
    numeric('ecg-age.gap', gap, { confidence: within(gap), limited })
  ]
}

function cloud(context: FeatureContext, find: Find): FeatureValue[] {
  const person = personOf(context, NORMAL_CLOUD.ages)
  const ids = ['normal-cloud.distance', 'normal-cloud.percentile'] as const
  if (typeof person === 'string') return ids.map((id) => absent(id, person))
  const distance = cloudDistance(NORMAL_CLOUD, termsOf(person), (name) => find(name)?.value)
  if (distance === undefined) {
    const why = reasonAmong(context, NORMAL_CLOUD.features, find)
    return ids.map((id) => absent(id, why))
  }
  const limited = context.measured.quality.verdict === 'limited'
  return [
    numeric('normal-cloud.distance', distance, { limited }),
    numeric('normal-cloud.percentile', shareBelow(distance, NORMAL_CLOUD.distances), { limited })
  ]
}

/** Why a model's inputs are missing: the whole shape, a lead, else the reason of the first missing one. */
function reasonAmong(context: FeatureContext, inputs: readonly { name: string }[], find: Find): AbsentReason {
  if (context.shapeAbsent) return context.shapeAbsent
  if (inputs.some(({ name }) => name !== 'female' && !find(name))) return 'lead-missing'
  return inputs.map(({ name }) => find(name)?.absent).find((reason) => reason !== undefined) ?? 'not-finite'
}
