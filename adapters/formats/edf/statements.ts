import type { DecodedWaveform } from '../../../core/decoded.ts'
import { type Annotation, secondsText } from './annotations.ts'
import { isNoData } from './missing.ts'

/** More statements than anybody reads; the rest is left out. */
const MAX_STATEMENTS = 500

/** Annotations in words, with their time unless they stand at the begin: 'Clip Note (at 3.4921875 s)'. */
export function statementsOf(annotations: readonly Annotation[]): Pick<DecodedWaveform, 'statements'> {
  const statements = annotations
    .filter((annotation) => !isNoData(annotation))
    .slice(0, MAX_STATEMENTS)
    .map(({ onset, text }) => (onset === 0 ? text : `${text} (at ${secondsText(onset)} s)`))
  return statements.length > 0 ? { statements } : {}
}
