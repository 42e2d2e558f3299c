import type { Waveform } from '../../../core/waveform.ts'
import type { PocketKFindings, PocketKInput } from './types.ts'

/** One decoded recording as input of `run`, for `evaluate` and `infer`. Without an age the gate refuses it. */
export function inputFrom({
  waveform,
  age,
  sex,
  reference
}: {
  waveform?: Waveform
  age?: number
  sex?: string
  reference?: { recordId: string; waveform?: Waveform }
}): PocketKInput {
  const lead = leadI(waveform)
  const earlier = leadI(reference?.waveform)
  const avr = waveform?.leads.findIndex(({ mdc }) => mdc === 62) ?? -1
  return {
    ...(lead ? { lead } : {}),
    ...(waveform && avr >= 0 ? { avr: waveform.samples[avr]! } : {}),
    ...(age === undefined ? {} : { age }),
    ...(sex ? { sex } : {}),
    ...(reference && earlier ? { reference: { ecg: reference.recordId, lead: earlier } } : {})
  }
}

function leadI(waveform: Waveform | undefined): PocketKInput['lead'] {
  const i = waveform?.leads.findIndex(({ mdc }) => mdc === 1) ?? -1
  return waveform && i >= 0
    ? { samples: waveform.samples[i]!, rateHz: waveform.rateHz, unit: waveform.leads[i]!.unit }
    : undefined
}

/** What `evaluate` judges: the probabilities as served, or why there are none. */
export function scores(findings: PocketKFindings): { refused: string } | Record<string, number> {
  return findings.kind === 'refused' ? { refused: findings.code } : { ...findings.probabilities }
}
