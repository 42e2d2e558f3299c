import { AppError } from '../../core/errors/app-error.ts'
import type { Charset } from './charset.ts'
import { type Delimiters, isStandard, toStandard } from './delimiters.ts'
import { unescapeText } from './escape.ts'
import type { Hl7Segment } from './message.ts'

/** Bounds far above what real senders use; an MA waveform has one repetition a sample. */
const MAX_FIELDS = 4_096
const MAX_PARTS = 2_000_000

interface Dialect {
  delimiters: Delimiters
  charset: Charset
}

/**
 * A segment over its line of text; fields are split at the first look.
 * Every method throws AppError MESSAGE_TOO_LARGE (reason 'fields', 'repetitions' or 'components') past the bounds.
 */
export function createSegment(line: string, index: number, { delimiters, charset }: Dialect): Hl7Segment {
  const name = line.slice(0, 3)
  const isHeader = name === 'MSH' || name === 'FHS' || name === 'BHS'
  let fields: string[] | undefined

  const fieldText = (field: number): string => {
    fields ??= splitFields(line, name, isHeader, delimiters)
    return fields[field] ?? ''
  }
  const isOpaque = (field: number): boolean => isHeader && field <= 2
  const repetitionText = (field: number, repetition: number): string => {
    const text = fieldText(field)
    if (isOpaque(field) || !text.includes(delimiters.repetition)) return repetition === 1 ? text : ''
    return bounded(text, delimiters.repetition, { name, field, reason: 'repetitions' })[repetition - 1] ?? ''
  }
  const plain = (text: string): string => (text === '""' ? text : unescapeText(text, delimiters, charset))
  const firstPart = (text: string): string => {
    const end = text.indexOf(delimiters.subcomponent)
    return plain(end < 0 ? text : text.slice(0, end))
  }
  const components = (field: number, repetition = 1): string[] => {
    const text = repetitionText(field, repetition)
    if (text === '') return []
    if (isOpaque(field)) return [text]
    const parts = bounded(text, delimiters.component, { name, field, reason: 'components' })
    // Samples hold neither escapes nor sub-components: one look at the whole text spares 10,000 looks at the parts.
    const isFlat = !text.includes(delimiters.escape) && !text.includes(delimiters.subcomponent)
    return isFlat ? parts : parts.map(firstPart)
  }

  return {
    name,
    index,
    get(field, component = 1, repetition = 1, subcomponent = 1) {
      const text = repetitionText(field, repetition)
      if (isOpaque(field)) return component === 1 && subcomponent === 1 ? text : ''
      const part = nth(text, delimiters.component, component)
      return plain(nth(part, delimiters.subcomponent, subcomponent))
    },
    repetitions(field) {
      const text = fieldText(field)
      if (text === '') return 0
      return isOpaque(field) ? 1 : bounded(text, delimiters.repetition, { name, field, reason: 'repetitions' }).length
    },
    raw(field, repetition) {
      if (isOpaque(field)) return field === 2 && !isStandard(delimiters) ? '^~\\&' : fieldText(field)
      return toStandard(repetition === undefined ? fieldText(field) : repetitionText(field, repetition), delimiters)
    },
    components,
    values: components,
    text: (field, repetition = 1) => plain(repetitionText(field, repetition)),
    isDelete: (field) => fieldText(field) === '""'
  }
}

/** fields[n] is field n; in MSH the separator itself is field 1. */
function splitFields(line: string, name: string, isHeader: boolean, { field }: Delimiters): string[] {
  const parts = line.split(field, MAX_FIELDS + 1)
  if (parts.length > MAX_FIELDS) throw new AppError('MESSAGE_TOO_LARGE', { at: name, reason: 'fields' })
  if (isHeader) parts.splice(1, 0, field)
  return parts
}

function bounded(text: string, by: string, at: { name: string; field: number; reason: string }): string[] {
  const parts = text.split(by, MAX_PARTS + 1)
  if (parts.length > MAX_PARTS) {
    throw new AppError('MESSAGE_TOO_LARGE', { at: `${at.name}-${at.field}`, reason: at.reason })
  }
  return parts
}

/** The n-th part without making the others. */
function nth(text: string, by: string, n: number): string {
  let from = 0
  for (let i = 1; i < n; i++) {
    const at = text.indexOf(by, from)
    if (at < 0) return ''
    from = at + 1
  }
  const end = text.indexOf(by, from)
  return end < 0 ? text.slice(from) : text.slice(from, end)
}
