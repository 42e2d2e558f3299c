import { BAND_FROM, bandOf } from '../../band.ts'
import { BANDS, type BankCase, CLINICAL_KEYS, type RetrievedCase } from '../../types.ts'
import { numberText, raceWord } from './facts.ts'
import { CASE_TERMS, SEXES } from './vocabulary.ts'

/** 'very-low: 0 up to 0.05 ...', as the prompt explains the bands. */
export const bandTable = (): string =>
  BANDS.map((band, i) => {
    const low = BAND_FROM[i]
    const last = i === BANDS.length - 1
    return `- ${band}: from ${low} ${last ? 'to 1' : `to below ${BAND_FROM[i + 1]}`}`
  }).join('\n')

/**
 * Size of a case's error by |outcome - predicted|: below .2 low, to below .4 mild, else high (the paper's error sentence).
 * The direction is the sign of outcome - predicted, never read from a text.
 *
 * @example errorSize({ died: 1, predicted: 0.7 })  // 'mild'
 */
export function errorSize({ died, predicted }: Pick<BankCase, 'died' | 'predicted'>): 'low' | 'mild' | 'high' {
  // Predictions are kept to two decimals: .6 - 1 must not count as less than .4.
  const size = Math.round(Math.abs(died - predicted) * 100)
  if (size < 20) return 'low'
  return size < 40 ? 'mild' : 'high'
}

/** The retrieved cases, what was foretold and what came, and what follows from it, as lines of the prompt. */
export function caseText(cases: readonly RetrievedCase[], sendRace: boolean): string {
  return cases.map((one, i) => [described(one, i + 1, sendRace), correction(one.case, i + 1)].join('\n')).join('\n\n')
}

function described({ case: one, similarity }: RetrievedCase, number: number, sendRace: boolean): string {
  const race = sendRace ? raceWord(one.race) : undefined
  const who = [
    `age ${Math.floor(one.age)} to ${Math.floor(one.age) + 5}`,
    ...(one.sex && SEXES.includes(one.sex) ? [one.sex] : []),
    ...(race ? [`race ${race}`] : [])
  ].join(', ')
  const values = CLINICAL_KEYS.flatMap((key) => {
    const value = one.values[key]
    if (typeof value !== 'number' || !Number.isFinite(value)) return []
    return [`${CASE_TERMS[key].title} ${numberText(value)} ${CASE_TERMS[key].unit}`]
  }).join('; ')
  const lines = [
    `Case ${number} (clinical similarity ${numberText(similarity)} of 1): ${who}.`,
    `  Values: ${values || 'none'}.`,
    `  Estimated ${numberText(one.predicted)} (band ${bandOf(one.predicted)}); the patient ${one.died ? 'died in hospital' : 'survived'}.`
  ]
  return lines.join('\n')
}

/** By how much the estimate of this case was wrong, and in which direction a like mistake is undone. */
function correction(one: BankCase, number: number): string {
  const size = errorSize(one)
  if (size === 'low')
    return `  Error: low. The estimate of case ${number} agreed with what happened; it is no reason to move yours.`
  const [wrong, move] = one.died ? ['too low', 'raise'] : ['too high', 'lower']
  const howFar = size === 'mild' ? 'somewhat, within its band or to the next' : 'clearly, if need be by a band or more'
  return (
    `  Error: ${size}. The estimate of case ${number} was ${wrong}. As far as this stay is like it in physiology, ` +
    `the same mistake would be made here: ${move} your estimate ${howFar}.`
  )
}
