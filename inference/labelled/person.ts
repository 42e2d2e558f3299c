/** Strata of a person by what a table says; what it does not say, or not plausibly, is absent. */
export function personGroups({ age, sex }: { age?: number; sex?: 'male' | 'female' }): Record<string, string> {
  return {
    ...(sex ? { sex } : {}),
    ...(age !== undefined && age >= 0 && age < 130 ? { age: String(age) } : {})
  }
}
