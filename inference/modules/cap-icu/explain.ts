import { BAND_FROM, bandOf } from './band.ts'
import { errorInWords } from './bank/correct.ts'
import { CORE, describe } from './feature-names.ts'
import { BANDS, type Band, type CapIcuFindings, type Flip, type KeyFactor } from './types.ts'

type Scored = Extract<CapIcuFindings, { kind: 'scored' }>

const BAND_TEXT: Readonly<Record<Band, string>> = {
  'very-low': 'very low',
  low: 'low',
  moderate: 'moderate',
  considerable: 'considerable',
  high: 'high',
  'very-high': 'very high'
}
const ATTRIBUTE: Readonly<Record<Flip['attribute'], string>> = { sex: 'Sex', race: 'Race', age: 'Age' }
const UNUSED: Readonly<Record<Scored['unused'][number]['reason'], string>> = {
  'unit-unknown': 'unit unknown',
  implausible: 'outside the plausible range',
  retracted: 'taken back',
  haemolysed: 'of a haemolysed specimen'
}

/** The result in sentences, the most important first; no identifiers, no value of another patient. */
export function explain(found: Omit<Scored, 'explanation'>): string[] {
  return [
    headline(found),
    ...(found.fellBack ? ['The language model gave no valid answer; the local model answered instead.'] : []),
    ...factors(found.keyFactors),
    comparison(found),
    ...flipSentences(found.flips),
    ...missingSentences(found),
    ...performanceSentences(found),
    ...(found.reasoning ? [`Reasoning of the language model: ${found.reasoning}`] : []),
    'One voice among several: not for triage, and not a ground to limit treatment.'
  ]
}

function headline({ probability, band, moment, calibrated }: Omit<Scored, 'explanation'>): string {
  const word = calibrated ? 'Estimated risk of death in hospital' : 'Score of death in hospital (not a probability)'
  const window = moment === 'request' ? 'what was recorded so far' : `the first ${moment.replace('h', ' h')}`
  return `${word}: ${percent(probability)}, ${BAND_TEXT[band]} (${bandLimits(band)}), from ${window} of this stay.`
}

function bandLimits(band: Band): string {
  const index = BANDS.indexOf(band)
  const to = BAND_FROM[index + 1] ?? 1
  return `${BAND_FROM[index]! * 100} to ${to * 100} %`
}

function factors(keyFactors: readonly KeyFactor[]): string[] {
  if (keyFactors.length === 0) return []
  return [`What weighs most: ${keyFactors.map(factorText).join('; ')}.`]
}

/** 'Lactate, highest 4.1 mmol/L (raises the risk)'. */
export function factorText({ title, statistic, value, unit, contribution, effect }: KeyFactor): string {
  const direction = effect ?? (contribution === undefined ? undefined : contribution >= 0 ? 'raises' : 'lowers')
  const number = `${statistic && statistic !== 'value' ? `${statistic} ` : ''}${shown(value)}${unitText(unit)}`
  return `${title}, ${number}${direction ? ` (${direction} the risk)` : ''}`
}

function comparison({ cases, shift, variants, predictor }: Omit<Scored, 'explanation'>): string {
  if (cases.length === 0)
    return 'The case bank holds no similar stay that had been mispredicted: the estimate is that of the stay alone.'
  const named = cases.map(
    ({ case: one, similarity }) =>
      `case ${one.id} (similarity ${similarity.toFixed(2)}) ${one.died ? 'died' : 'survived'} and had been ` +
      `${errorInWords(one)} at ${percent(one.predicted)}`
  )
  const how = predictor.kind === 'local' ? 'moved the estimate' : 'was shown to the language model, whose answer moved'
  const by = `${shift >= 0 ? '+' : '-'}${Math.abs(shift).toFixed(2)} logits`
  return `Of the case bank, ${named.join('; ')}. This ${how} from ${percent(variants.fair)} to ${percent(variants.cap)} (${by}).`
}

function flipSentences(flips: readonly Flip[]): string[] {
  const silent = [...new Set(flips.filter(({ change }) => change === undefined).map(({ attribute }) => attribute))]
  return [
    ...flips.flatMap(({ attribute, from, to, change }) =>
      change === undefined
        ? []
        : [
            `${ATTRIBUTE[attribute]} ${to} instead of ${from}, all else equal: ` +
              `${change >= 0 ? '+' : '-'}${Math.abs(change * 100).toFixed(1)} percentage points.`
          ]
    ),
    ...silent.map((attribute) => `${ATTRIBUTE[attribute]} is not read: a change of it is not informative.`)
  ]
}

function missingSentences({ missing, unused }: Omit<Scored, 'explanation'>): string[] {
  const core = missing.filter((key) => CORE.includes(key))
  const others = missing.length - core.length
  const named = core.map((key) => describe(key).title)
  if (others > 0) named.push(`${others} less common ${others === 1 ? 'variable' : 'variables'}`)
  return [
    ...(named.length > 0 ? [`Not recorded: ${named.join(', ')}.`] : []),
    ...(unused.length > 0
      ? [
          `Found but not used: ${unused.map(({ variable, reason, n }) => `${describe(variable).title} (${n}, ${UNUSED[reason]})`).join(', ')}.`
        ]
      : [])
  ]
}

function performanceSentences({ performance }: Omit<Scored, 'explanation'>): string[] {
  if (!performance) return []
  const { threshold, prevalence, sensitivity, specificity, ppv, npv, fractionRuledOut, data } = performance
  return [
    `${threshold === undefined ? 'At' : `With a cut at ${percent(threshold)}, at`} an assumed mortality of ${percent(prevalence)}: ` +
      `sensitivity ${percent(sensitivity)}, specificity ${percent(specificity)}, PPV ${percent(ppv)}, NPV ${percent(npv)}, ` +
      `ruled out ${percent(fractionRuledOut)} of stays${data ? ` (${data})` : ''}.`
  ]
}

const percent = (fraction: number): string => `${(fraction * 100).toFixed(1)} %`
/** Three significant digits, and never an exponent. */
const shown = (value: number): string =>
  String(Number(Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3)))
/** UCUM as a person reads it: no braces and no bare 1. */
const unitText = (unit: string): string => {
  if (unit === '1' || unit.startsWith('{')) return ''
  if (unit === 'a') return ' years'
  return ` ${unit.replaceAll(/[[\]]/g, '').replace('10*3/uL', 'x 10^3/uL')}`
}

export const bandName = (probability: number): string => BAND_TEXT[bandOf(probability)]
