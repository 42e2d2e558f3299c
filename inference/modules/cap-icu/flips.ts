import type { StayView } from './predictor/predictor.ts'
import type { CaseBank, Flip, Sex } from './types.ts'

/** Years by which the age is moved, both ways (specs 06 section 3). */
export const AGE_STEP = 10
const MIN_AGE = 18

export type FlippedStay = Pick<Flip, 'attribute' | 'from' | 'to'> & { view: StayView }

/**
 * The same stay with one attribute changed and nothing else: the other sex, another race, ten years older and younger (not
 * under age). What is not recorded cannot be changed. The other race is the one that most cases of the bank have.
 */
export function flippedStays(stay: StayView, bank: CaseBank): FlippedStay[] {
  const { sex, race } = stay.input
  const age = stay.input.age ?? stay.features['age'] ?? undefined
  const flips: FlippedStay[] = []
  const flip = (attribute: Flip['attribute'], from: string, to: string, changed: Partial<StayView['input']>): void => {
    flips.push({ attribute, from, to, view: withChange(stay, changed) })
  }
  if (sex) {
    const other: Sex = sex === 'female' ? 'male' : 'female'
    flip('sex', sex, other, { sex: other })
  }
  if (race) {
    const other = otherRace(race, bank)
    flip('race', race, other, { race: other })
  }
  if (age !== undefined) {
    for (const to of [age - AGE_STEP, age + AGE_STEP])
      if (to >= MIN_AGE) flip('age', yearsText(age), yearsText(to), { age: to })
  }
  return flips
}

/** Whether the choice of cases depends on the attribute at all: the bank states it of some case. */
export const bankReads = (bank: CaseBank, attribute: Flip['attribute']): boolean =>
  bank.cases.some((one) => one[attribute] !== undefined)

const yearsText = (years: number): string => String(Math.round(years * 10) / 10)

function withChange({ input, features }: StayView, changed: Partial<StayView['input']>): StayView {
  const { age } = changed
  if (age === undefined) return { input: { ...input, ...changed }, features }
  // A table's row names the age a second time.
  const row = input.features && { ...input.features, ...('age' in input.features ? { age } : {}) }
  return { input: { ...input, ...changed, ...(row ? { features: row } : {}) }, features: { ...features, age } }
}

function otherRace(race: string, bank: CaseBank): string {
  const counts = new Map<string, number>()
  for (const { race: one } of bank.cases)
    if (one !== undefined && one !== race) counts.set(one, (counts.get(one) ?? 0) + 1)
  const [commonest] = [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
  return commonest?.[0] ?? (race === 'white' ? 'black' : 'white')
}
