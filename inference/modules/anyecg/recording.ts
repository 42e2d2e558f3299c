import type { Waveform } from '../../../core/waveform.ts'
import type { AnyEcgFindings, AnyEcgInput } from './types.ts'

/** MDC numbers of the twelve standard leads. */
const STANDARD: ReadonlySet<number> = new Set([1, 2, 3, 4, 5, 6, 7, 8, 61, 62, 63, 64])

interface Recording {
  waveform?: Waveform
  age?: number
  sex?: string
  paced?: boolean
}

/** One decoded recording as input of `run`, for the record, `evaluate` and `infer`. Without age and sex the gate refuses it. */
export function inputFrom({ waveform, age, sex, paced }: Recording): AnyEcgInput {
  const leads = (waveform?.leads ?? []).flatMap(({ mdc, unit, derived }, i) =>
    // What a cart computed follows from the rest, and is computed anew where it is wanted.
    mdc !== undefined && STANDARD.has(mdc) && !(derived && mdc > 8)
      ? [{ mdc, unit, samples: waveform!.samples[i]! }]
      : []
  )
  return {
    leads,
    rateHz: waveform?.rateHz ?? 0,
    ...(paced ? { paced } : {}),
    ...(age === undefined ? {} : { age }),
    ...(sex ? { sex } : {})
  }
}

/** What `evaluate` judges: the probabilities as served of every label, hidden ones too, or why there are none. */
export const scores = (findings: AnyEcgFindings): { refused: string } | Record<string, number> =>
  findings.kind === 'refused' ? { refused: findings.code } : findings.scores
