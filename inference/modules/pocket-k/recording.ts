import type { Waveform } from '../../../core/waveform.ts'
import type { PocketKFindings, PocketKInput } from './types.ts'

/** One decoded recording as input of `run`, for `evaluate` and `infer`. Without an age the gate refuses it. */
export function inputFrom({ waveform, age, sex }: { waveform?: Waveform; age?: number; sex?: string }): PocketKInput {
  const leadI = waveform?.leads.findIndex(({ mdc }) => mdc === 1) ?? -1
  const avr = waveform?.leads.findIndex(({ mdc }) => mdc === 62) ?? -1
  return {
    ...(waveform && leadI >= 0
      ? { lead: { samples: waveform.samples[leadI]!, rateHz: waveform.rateHz, unit: waveform.leads[leadI]!.unit } }
      : {}),
    ...(waveform && avr >= 0 ? { avr: waveform.samples[avr]! } : {}),
    ...(age === undefined ? {} : { age }),
    ...(sex ? { sex } : {})
  }
}

/** What `evaluate` judges: the probabilities as served, or why there are none. */
export function scores(findings: PocketKFindings): { refused: string } | Record<string, number> {
  return findings.kind === 'refused' ? { refused: findings.code } : { ...findings.probabilities }
}
