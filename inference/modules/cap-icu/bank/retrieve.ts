import type { StayView } from '../predictor/predictor.ts'
import { type BankCase, type CaseBank, CLINICAL_KEYS, type RetrievedCase } from '../types.ts'
import { CLINICAL, type ClinicalValues, clinicalValues } from './clinical.ts'

/** Of five points by age, sex and race. */
export const MIN_DEMOGRAPHIC = 3
export const MIN_SIMILARITY = 0.8
export const MIN_SHARED = 4
const CUT_PENALTY = 0.1
/** The bank keeps ages as lower ends of bins of five years; the middle stands for them. */
const BIN_MIDDLE = 2.5

export interface Person {
  age?: number
  sex?: string
  race?: string
}

/**
 * Stays of the bank that are like this one and were mispredicted, the most similar first (paper: case retrieval; specs 06
 * section 3): of those with a demographic score of 3 or more of 5, the ones whose clinical similarity exceeds .8 over at
 * least four shared variables.
 *
 * Deviations from the paper's code, each a weak point of it (specs 06 section 3): race is read where it was stored; the
 * logarithm is taken of value and range alike; similarity is one minus a weighted mean distance, since a cosine of positive
 * vectors is nearly always above .9; ties fall by demographic score and then by id, so that equal banks answer alike.
 *
 * @param topK how many at most; 0 gives none
 */
export function retrieve(bank: CaseBank, stay: StayView, topK: number): RetrievedCase[] {
  const values = clinicalValues(stay.features)
  if (Object.keys(values).length < MIN_SHARED || topK <= 0) return []
  const person = personOf(stay)
  const found: RetrievedCase[] = []
  for (const one of bank.cases) {
    const demographic = demographicScore(person, one)
    if (demographic < MIN_DEMOGRAPHIC) continue
    const similarity = clinicalSimilarity(values, one.values)
    if (similarity !== undefined && similarity > MIN_SIMILARITY) found.push({ case: one, demographic, similarity })
  }
  return found.sort(byLikeness).slice(0, topK)
}

/**
 * 0 to 5: age within 5 years 2, within 10 years 1.5, within 20 years .5; same sex 1.5; same race 1.5. What one of the two
 * does not state scores nothing.
 *
 * @example demographicScore({ age: 67, sex: 'female' }, { age: 65, sex: 'female', ... }) // 3.5
 */
export function demographicScore(person: Person, one: Pick<BankCase, 'age' | 'sex' | 'race'>): number {
  const years = person.age === undefined ? Number.POSITIVE_INFINITY : Math.abs(person.age - (one.age + BIN_MIDDLE))
  return (
    (years <= 5 ? 2 : years <= 10 ? 1.5 : years <= 20 ? 0.5 : 0) +
    (person.sex !== undefined && person.sex === one.sex ? 1.5 : 0) +
    (person.race !== undefined && person.race === one.race ? 1.5 : 0)
  )
}

/**
 * 1 minus the weighted mean distance over the variables that both have; undefined of fewer than four. Each distance is the
 * difference on the clipped scale of 0 to 1, and .1 for each severity limit between the two values, at most 1.
 */
export function clinicalSimilarity(a: ClinicalValues, b: ClinicalValues): number | undefined {
  let [shared, weights, distance] = [0, 0, 0]
  for (const key of CLINICAL_KEYS) {
    const [x, y] = [a[key], b[key]]
    if (x === undefined || y === undefined) continue
    const scale = CLINICAL[key]
    const parted = scale.cuts.filter((cut) => isBeyond(x, cut, key) !== isBeyond(y, cut, key)).length
    distance += scale.weight * Math.min(1, Math.abs(scaled(x, key) - scaled(y, key)) + CUT_PENALTY * parted)
    weights += scale.weight
    shared++
  }
  return shared < MIN_SHARED ? undefined : 1 - distance / weights
}

const isBeyond = (value: number, cut: number, key: keyof typeof CLINICAL): boolean =>
  key === 'gcs' ? value <= cut : value >= cut

/** 0 to 1 over the range; value and limits pass through the same logarithm. */
function scaled(value: number, key: keyof typeof CLINICAL): number {
  const { range, log } = CLINICAL[key]
  const [low, high] = range
  const clipped = Math.min(high, Math.max(low, value))
  if (!log) return (clipped - low) / (high - low)
  return Math.log(clipped / low) / Math.log(high / low)
}

const personOf = ({ input, features }: StayView): Person => ({
  age: input.age ?? features['age'] ?? undefined,
  sex: input.sex,
  race: input.race
})

const byLikeness = (a: RetrievedCase, b: RetrievedCase): number =>
  b.similarity - a.similarity || b.demographic - a.demographic || (a.case.id < b.case.id ? -1 : 1)
