import { LOW_BAND_WHEN_ASKED, potassiumSentences } from './potassium-sentences.ts'
import type { Band, PocketKFindings, PocketKInput } from './types.ts'

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
  'reversal-not-assessable': 'exchanged arm electrodes cannot be seen from the leads at hand',
  'pacing-not-assessable': 'the record does not say whether the heart is paced'
}

const percent = (fraction: number): string => `${(fraction * 100).toFixed(1)} %`

/** The result in sentences, the most important first; no identifiers. */
export function explain(
  found: Omit<Extract<PocketKFindings, { kind: 'scored' }>, 'explanation'>,
  input: PocketKInput
): string[] {
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
    ...(above === undefined ? [] : [`${word} of venous potassium above 5.5 mmol/L: ${above.toFixed(3)}.`]),
    ...(from === undefined ? [] : [`${word} of 6.0 mmol/L or more: ${from.toFixed(3)}.`]),
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
