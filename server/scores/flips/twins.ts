import type { Sex } from '../../../inference/modules/cap-icu/types.ts'

/**
 * What an audit may change, one at a time. 'again' changes nothing: the same question once more, the measure of what a predictor
 * with chance in it says differently by itself (a language model at a temperature, a vendor that learns on).
 */
export const ATTRIBUTES = ['sex', 'race', 'age', 'again'] as const
export type Attribute = (typeof ATTRIBUTES)[number]

/** Who a person is said to be: all that twins differ in. */
export interface Demographics {
  sex?: Sex
  race?: string
  /** Years. */
  age?: number
}

/** The same stay with one attribute changed. */
export interface Twin {
  /** Of the twin within its stay: 'sex', 'race', 'age+10', 'age-10', 'again'. */
  name: string
  attribute: Attribute
  /** Between whom the change is counted, always in this direction: 'female against male'. */
  contrast: string
  /** 1 where the twin is the first of the contrast, -1 where the stay as recorded is: change = sign * (twin - recorded). */
  sign: 1 | -1
  person: Demographics
}

/** The group that races are counted against, and the one that its members become. */
const REFERENCE_RACE = 'white'
const OTHER_RACE = 'black'
const AGE_STEP_YEARS = 10
/** Twins stay among the adults that ICU scores are made for, and below the age that records round off. */
const AGES: [number, number] = [18, 89]

/**
 * The twins of a person: the other sex; the reference race, or of its members the other race; ten years more and ten less.
 * Every change is counted in one direction over all stays (women against men, whoever was recorded), so that opposite
 * flips add up and do not cancel. An attribute that is not recorded has no twin.
 *
 * @example
 * twinsOf({ sex: 'male', age: 40 }, ['sex']) // [{ name: 'sex', contrast: 'female against male', sign: 1, person: { sex: 'female', age: 40 } }]
 */
export function twinsOf(person: Demographics, attributes: readonly Attribute[]): Twin[] {
  return attributes.flatMap((attribute): Twin[] => {
    switch (attribute) {
      case 'sex':
        return sexTwin(person)
      case 'race':
        return raceTwin(person)
      case 'age':
        return ageTwins(person)
      case 'again':
        return [{ name: 'again', attribute: 'again', contrast: 'asked again, nothing changed', sign: 1, person }]
      default:
        return attribute satisfies never
    }
  })
}

function sexTwin(person: Demographics): Twin[] {
  if (!person.sex) return []
  const isFemale = person.sex === 'female'
  return [
    {
      name: 'sex',
      attribute: 'sex',
      contrast: 'female against male',
      sign: isFemale ? -1 : 1,
      person: { ...person, sex: isFemale ? 'male' : 'female' }
    }
  ]
}

function raceTwin(person: Demographics): Twin[] {
  const race = person.race?.toLowerCase()
  if (!race) return []
  const isReference = race === REFERENCE_RACE
  return [
    {
      name: 'race',
      attribute: 'race',
      contrast: `${isReference ? OTHER_RACE : race} against ${REFERENCE_RACE}`,
      sign: isReference ? 1 : -1,
      person: { ...person, race: isReference ? OTHER_RACE : REFERENCE_RACE }
    }
  ]
}

function ageTwins(person: Demographics): Twin[] {
  const { age } = person
  if (age === undefined) return []
  return ([1, -1] as const).flatMap((sign): Twin[] => {
    const years = age + sign * AGE_STEP_YEARS
    if (years < AGES[0] || years > AGES[1]) return []
    return [
      {
        name: `age${sign > 0 ? '+' : '-'}${AGE_STEP_YEARS}`,
        attribute: 'age',
        contrast: `${AGE_STEP_YEARS} years older`,
        sign,
        person: { ...person, age: years }
      }
    ]
  })
}
