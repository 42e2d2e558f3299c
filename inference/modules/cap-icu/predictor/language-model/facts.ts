import type { StayView } from '../predictor.ts'
import { AGE, RACES, SEXES, TERMS, type Term, UNITS } from './vocabulary.ts'

/** One value of the stay as it is told, with its name in the prompt. */
export interface Fact {
  term: Term
  value: number
}

/** What of a stay may be told: numbers under our own names, and words of our own lists. */
export interface Told {
  /** Hours of a stay; absent: the row of a table. */
  windowHours?: number
  age?: number
  sex?: string
  race?: string
  unit?: string
  facts: Fact[]
  /** Titles of what is usually known and was not recorded. */
  missing: string[]
}

/**
 * Takes from a stay what the vocabulary names, and nothing else: a text that is in no list, a name that is no term and a
 * number outside its range are left out.
 *
 * @param sendRace whether the site allows race to be sent
 */
export function toldOf({ input, features }: StayView, { sendRace }: { sendRace: boolean }): Told {
  const age = inRange(AGE, input.age)
  const facts = TERMS.flatMap((term): Fact[] => {
    const value = inRange(term, Object.hasOwn(features, term.name) ? features[term.name] : undefined)
    return value === undefined ? [] : [{ term, value }]
  })
  const known = new Set(facts.map(({ term }) => term.variable))
  const isRow = input.features !== undefined
  const usual = TERMS.filter((term) => term.of === (isRow ? 'row' : 'stay'))
  return {
    ...(isRow ? {} : { windowHours: Math.round(Math.min(48, Math.max(0, input.windowHours))) }),
    ...(age === undefined ? {} : { age: Math.floor(age) }),
    ...word('sex', input.sex, SEXES),
    ...(sendRace ? word('race', raceWord(input.race), RACES) : {}),
    ...word('unit', input.unitKind, UNITS),
    facts,
    missing: [...new Set(usual.filter(({ variable }) => !known.has(variable)).map(({ title }) => title))]
  }
}

/** A recorded text for race is told by its own word where it is one of the list, else as 'other'. */
export const raceWord = (race: string | undefined): string | undefined => {
  const lower = race?.trim().toLowerCase()
  if (!lower) return undefined
  return RACES.includes(lower) ? lower : 'other'
}

const inRange = ({ range }: Term, value: number | null | undefined): number | undefined =>
  typeof value === 'number' && value >= range[0] && value <= range[1] ? value : undefined

const word = (key: string, value: string | undefined, list: readonly string[]): object =>
  value !== undefined && list.includes(value) ? { [key]: value } : {}

/** At most three decimals and four figures: '2.1', '0.015', '1340'. */
export const numberText = (value: number): string => String(Number(Number(value.toPrecision(4)).toFixed(3)))
