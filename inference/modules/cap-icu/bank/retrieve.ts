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
  const values = placed(clinicalValues(stay.features))
  if (values.known < MIN_SHARED || topK <= 0) return []
  const person = personOf(stay)
  const cases = placedCases(bank)
  const best: RetrievedCase[] = []
  for (const [i, one] of bank.cases.entries()) {
    const demographic = demographicScore(person, one)
    if (demographic < MIN_DEMOGRAPHIC) continue
    const similarity = likeness(values, cases[i]!)
    if (similarity === undefined || similarity <= MIN_SIMILARITY) continue
    const found = { case: one, demographic, similarity }
    if (best.length === topK && byLikeness(found, best.at(-1)!) > 0) continue
    best.push(found)
    best.sort(byLikeness).splice(topK)
  }
  return best
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
export const clinicalSimilarity = (a: ClinicalValues, b: ClinicalValues): number | undefined =>
  likeness(placed(a), placed(b))

/** Clinical values on their scales, in the order of CLINICAL_KEYS. */
interface Placed {
  /** 0 to 1; NaN where not known. */
  scaled: Float64Array
  /** How many severity limits lie below. */
  level: Uint8Array
  known: number
}

/** A bank is placed once: its cases are compared with every stay and every flip of it. */
const placedBanks = new WeakMap<CaseBank, Placed[]>()

function placedCases(bank: CaseBank): Placed[] {
  const known = placedBanks.get(bank)
  if (known) return known
  const made = bank.cases.map((one) => placed(one.values))
  placedBanks.set(bank, made)
  return made
}

function placed(values: ClinicalValues): Placed {
  const scaled = new Float64Array(CLINICAL_KEYS.length).fill(Number.NaN)
  const level = new Uint8Array(CLINICAL_KEYS.length)
  let known = 0
  for (const [i, key] of CLINICAL_KEYS.entries()) {
    const value = values[key]
    if (value === undefined) continue
    scaled[i] = onScale(value, key)
    level[i] = CLINICAL[key].cuts.filter((cut) => (key === 'gcs' ? value <= cut : value >= cut)).length
    known++
  }
  return { scaled, level, known }
}

function likeness(a: Placed, b: Placed): number | undefined {
  let [shared, weights, distance] = [0, 0, 0]
  for (let i = 0; i < WEIGHTS.length; i++) {
    const apart = Math.abs(a.scaled[i]! - b.scaled[i]!)
    if (Number.isNaN(apart)) continue
    // The limits of a variable are in order: as many lie between the two as their levels differ by.
    const parted = Math.abs(a.level[i]! - b.level[i]!)
    distance += WEIGHTS[i]! * Math.min(1, apart + CUT_PENALTY * parted)
    weights += WEIGHTS[i]!
    shared++
  }
  return shared < MIN_SHARED ? undefined : 1 - distance / weights
}

const WEIGHTS = CLINICAL_KEYS.map((key) => CLINICAL[key].weight)

/** 0 to 1 over the range; value and limits pass through the same logarithm. */
function onScale(value: number, key: keyof typeof CLINICAL): number {
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
