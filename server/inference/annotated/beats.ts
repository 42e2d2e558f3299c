import { type Annotation, isBeat, readAnnotations } from '../../../adapters/formats/wfdb/annotations.ts'
import type { AnnotatedRecording } from '../../../core/inference-module.ts'

type Rhythms = NonNullable<AnnotatedRecording['rhythms']>

/** Span names that are no rhythm of `+`: both leads noisy, no readable signal, flutter between `[` and `]`. */
export const SPAN = { noisy: 'noisy', unreadable: 'unreadable', flutter: 'ventricular-flutter' } as const

/**
 * Beats and spans of an MIT-BIH `.atr` file. Beats: all codes that stand for one; the flutter waves `!` are no beats.
 * Spans: rhythms as their `+` names them, without the bracket ('N', 'AFIB'), up to the next; 'ventricular-flutter' from `[` to
 * `]`; 'noisy' while `~` calls every signal noisy and 'unreadable' while it calls them unreadable (subtype -1, or its
 * upper bits: MIT-BIH directory, "Signal quality").
 *
 * @param length samples of the recording, where the last span ends
 * @throws AppError DECODE_FAILED
 */
export function beatMarks(
  bytes: Uint8Array,
  length: number,
  signals: number
): Pick<Required<AnnotatedRecording>, 'beats' | 'rhythms'> {
  const annotations = readAnnotations(bytes)
  const spans = (nameOf: (one: Annotation) => string | undefined | null): Rhythms =>
    spansOf(annotations, length, nameOf)
  return {
    beats: annotations.filter(isBeat).map(({ at, symbol }) => ({ at, symbol })),
    rhythms: [
      ...spans(({ symbol, aux }) => (symbol === '+' && aux?.startsWith('(') ? aux.slice(1) : undefined)),
      ...spans(({ symbol }) => (symbol === '[' ? SPAN.flutter : symbol === ']' ? null : undefined)),
      ...spans(({ symbol, subtype }) => (symbol === '~' ? qualityOf(subtype, signals) : undefined))
    ].sort((a, b) => a.from - b.from)
  }
}

/** @param nameOf name of the span that opens here, null where one only ends, undefined where nothing changes */
function spansOf(
  annotations: readonly Annotation[],
  length: number,
  nameOf: (one: Annotation) => string | undefined | null
): Rhythms {
  const spans: Rhythms = []
  let open: Rhythms[number] | undefined
  for (const one of annotations) {
    const name = nameOf(one)
    if (name === undefined || (open && name === open.name)) continue
    if (open) open.to = one.at
    open = name === null ? undefined : { from: one.at, to: length, name }
    if (open) spans.push(open)
  }
  return spans.filter(({ from, to }) => to > from)
}

function qualityOf(subtype: number, signals: number): string | null {
  const every = (1 << signals) - 1
  if (subtype === -1 || ((subtype >> 4) & every) === every) return SPAN.unreadable
  return (subtype & every) === every ? SPAN.noisy : null
}
