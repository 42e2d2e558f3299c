import { readAnnotations } from '../../../adapters/formats/wfdb/annotations.ts'
import { AppError } from '../../../core/errors/app-error.ts'
import type { AnnotatedRecording } from '../../../core/inference-module.ts'
import type { Lead } from '../../../core/waveform.ts'

/** Extensions of the lead files of LUDB. */
export const LUDB_LEADS = ['i', 'ii', 'iii', 'avr', 'avl', 'avf', 'v1', 'v2', 'v3', 'v4', 'v5', 'v6'] as const

type Marks = NonNullable<AnnotatedRecording['marks']>

const WAVES: Readonly<Record<string, Marks[number]['wave']>> = { p: 'p', N: 'qrs', t: 't' }

/**
 * The waves of one lead file: `(` onset, peak (`p`, `N` or `t`), `)` offset. Some waves lack an edge: a `(` belongs to the
 * peak that comes next, a `)` to the peak just before it, and an edge that no peak follows or precedes is dropped.
 *
 * @throws AppError DECODE_FAILED; WAVEFORM_INCONSISTENT reason `lead` when the record has no such lead
 */
export function waveMarks(bytes: Uint8Array, extension: string, leads: readonly Lead[]): Marks {
  const lead = leads.findIndex(({ name }) => name.toLowerCase() === extension)
  if (lead < 0) throw new AppError('WAVEFORM_INCONSISTENT', { reason: 'lead', at: 'annotation file' })
  const marks: Marks = []
  let onset: number | undefined
  let open: Marks[number] | undefined
  for (const { at, symbol } of readAnnotations(bytes)) {
    const wave = WAVES[symbol]
    if (symbol === '(') {
      onset = at
      open = undefined
    } else if (symbol === ')') {
      if (open) open.offset = at
      open = onset = undefined
    } else if (wave) {
      open = { lead, wave, ...(onset === undefined ? {} : { onset }), peak: at }
      marks.push(open)
      onset = undefined
    }
  }
  return marks
}
