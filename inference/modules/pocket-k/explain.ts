import { round } from './beside-risk.ts'
import { contributionSentences, digits } from './contribution-sentences.ts'
import { LOW_BAND_WHEN_ASKED, potassiumSentences } from './potassium-sentences.ts'
import type {
  Band,
  PocketKFindings,
  PocketKInput,
  PotassiumEstimate,
  ReferenceFindings,
  SerialChange
} from './types.ts'

type Scored = Extract<PocketKFindings, { kind: 'scored' }>

const BAND_TEXT: Record<Band, string> = {
  low: 'Low band: dangerous potassium is unlikely on this tracing; the routine sample can wait for its turn.',
  medium: 'Medium band: the tracing neither rules dangerous potassium out nor calls for an alert.',
  high: 'High band: test potassium now.',
  'very-high': 'Highest band for potassium of 6.0 mmol/L or more: test potassium now.'
}

const RESERVATION_TEXT: Record<string, string> = {
  'zero-padded': 'shorter than 10 s',
  mains: 'mains interference',
  wander: 'baseline wander',
  'detectors-disagree': 'two beat detectors disagree',
  'beats-too-few': 'few beats',
  'qrs-wide-preexisting': 'QRS was wide before, so that its width says less',
  'out-of-distribution-limited': 'unlike most tracings of the training',
  'reversal-not-assessable': 'exchanged arm electrodes cannot be seen from the leads at hand',
  'pacing-not-assessable': 'the record does not say whether the heart is paced'
}

const CHANGE_TEXT: Record<SerialChange['name'], string> = {
  't-amplitude': 'T amplitude',
  't-width': 'T width',
  'p-amplitude': 'P amplitude',
  'pr-interval': 'PR interval',
  'qrs-duration': 'QRS duration'
}

/** As it is stored and sent, or words and number would part at the last digit. */
const inWords = (probability: number): string => round(probability).toFixed(3)

const percent = (fraction: number): string => `${(fraction * 100).toFixed(1)} %`

/** The result in sentences, the most important first; no identifiers. */
export function explain(found: Omit<Scored, 'explanation'>, input: PocketKInput): string[] {
  const { probabilities, band, performance, calibrated, quality } = found
  const asked = input.potassiumTriggers ?? []
  const word = calibrated ? 'Probability' : 'Score (not a probability)'
  const above = probabilities['k-gt-5.5']
  const from = probabilities['k-ge-6.0']
  return [
    ...potassiumSentences(asked, band),
    ...(band
      ? [band === 'low' && asked.length > 0 ? LOW_BAND_WHEN_ASKED : BAND_TEXT[band]]
      : ['No band: the site has set no thresholds.']),
    ...(above === undefined ? [] : [`${word} of venous potassium above 5.5 mmol/L: ${inWords(above)}.`]),
    from === undefined
      ? 'This model does not tell 6.0 mmol/L or more.'
      : `${word} of 6.0 mmol/L or more: ${inWords(from)}.`,
    ...(found.estimateAsked ? [estimateText(found.potassium)] : []),
    ...(found.reference ? referenceText(found.reference, found) : []),
    // Where nothing speaks for a high potassium there is nothing to be named.
    ...(band === 'low' ? [] : contributionSentences(found.occlusion)),
    ...(performance
      ? [
          `At an assumed prevalence of ${percent(performance.prevalence)}: sensitivity ${percent(performance.sensitivity)}, ` +
            `specificity ${percent(performance.specificity)}, PPV ${percent(performance.ppv)}, NPV ${percent(performance.npv)}, ` +
            `ruled out ${percent(performance.fractionRuledOut)} of tracings.`
        ]
      : []),
    ...(quality.reasons.length > 0
      ? [
          `Signal ${quality.verdict}: ${quality.reasons.map((reason) => RESERVATION_TEXT[reason] ?? reason).join('; ')}.`
        ]
      : []),
    'Confirm with venous potassium.'
  ]
}

function estimateText(estimate: PotassiumEstimate | undefined): string {
  if (!estimate) return 'This model gives no potassium with an interval.'
  const [low, high] = estimate.interval
  return (
    `A potassium of ${estimate.mean.toFixed(1)} mmol/L would fit the tracing (${percent(estimate.coverage)} interval ` +
    `${low.toFixed(1)} to ${high.toFixed(1)}): no laboratory value.`
  )
}

/** Which tracing, how old, its potassium; what the comparison did to the score; what changed, measured. */
function referenceText(
  { potassium, days, without, changes }: ReferenceFindings,
  { probabilities }: Pick<Scored, 'probabilities'>
): string[] {
  const age = days === undefined ? '' : days === 0 ? ' of the same day' : ` ${days} ${days === 1 ? 'day' : 'days'} old`
  const normal = potassium === undefined ? '' : `, at a potassium of ${potassium.toFixed(1)} mmol/L`
  const [alone, now] = [without?.['k-gt-5.5'], probabilities['k-gt-5.5']]
  const effect =
    alone === undefined || now === undefined
      ? 'the model does not use it'
      : `from this tracing alone it would be ${inWords(alone)}`
  const changed = changes.map(
    ({ name, now: value, earlier, unit }) =>
      `${CHANGE_TEXT[name]} ${digits(earlier, unit)} to ${digits(value, unit)} ${unit}`
  )
  return [
    `Compared with the own tracing${age}${normal}: ${effect}.`,
    ...(changed.length > 0 ? [`Since then in Lead I: ${changed.join(', ')}.`] : [])
  ]
}
