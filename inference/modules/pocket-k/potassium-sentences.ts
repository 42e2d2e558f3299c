import type { Band, PotassiumTrigger } from './types.ts'

/**
 * What the potassium beside the tracing adds to the report, the most important first; no identifiers. A high potassium beside
 * a low band is said to be discordant, never reassuring: until a repeat sample says otherwise the laboratory's value stands.
 */
export function potassiumSentences(triggers: readonly PotassiumTrigger[], band: Band | undefined): string[] {
  const has = (kind: PotassiumTrigger['kind']) => triggers.some((one) => one.kind === kind)
  const limit = triggers.find(({ kind }) => kind === 'high')?.above
  return [
    ...(has('haemolysed') ? ['Potassium unreliable: haemolysed.'] : []),
    ...(has('missing') ? ['Potassium missing: the laboratory has no usable value.'] : []),
    ...(has('high') ? [`The laboratory's potassium near this tracing is above ${limit} mmol/L.`] : []),
    ...(has('high') && band === 'low'
      ? [
          'Discordant with this tracing: a falsely high potassium is possible (pseudo-hyperkalaemia), but the tracing does not ' +
            'exclude a truly high one. The laboratory value stands until a repeat sample says otherwise; repeat it at once.'
        ]
      : [])
  ]
}

/** The low band's own sentence, without its reassurance, where the laboratory's potassium asked. */
export const LOW_BAND_WHEN_ASKED = 'Low band on this tracing.'
