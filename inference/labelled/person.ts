/** Ages over 89 are written as 300 where people are not to be known again (Wagner 2020, data records; so does MIMIC). */
const HIDDEN_AGE = 300
const OLDEST = 90
const UNLIKELY = 130

/** Strata of a person by what a table says; what it does not say, or not plausibly, is absent. An age from 300 on is 90. */
export function personGroups({ age, sex }: { age?: number; sex?: 'male' | 'female' }): Record<string, string> {
  const years = age !== undefined && age >= HIDDEN_AGE ? OLDEST : age
  return {
    ...(sex ? { sex } : {}),
    ...(years !== undefined && years >= 0 && years < UNLIKELY ? { age: String(years) } : {})
  }
}
