import type { DecodeNote } from '../../../core/decoded.ts'
import { attributeOf, childrenOf, descendantsOf, elementAt, textAt, type XmlElement } from '../../ecg/xml/element.ts'
import { SYNTHETIC } from './document.ts'
import { trialSubjectElement } from './subject.ts'

const MAX_STATEMENTS = 200
const MAX_LENGTH = 1000

/** Marks of single beats and waves: the modules measure themselves, and a statement a wave helps nobody. */
const MARKS = new Set(['MDC_ECG_BEAT', 'MDC_ECG_WAVC', 'MDC_ECG_WAVC_TYPE'])

/**
 * What the annotation sets say of the whole recording: interpretation in words, rhythm, global measurements as
 * 'name = value unit', in document order, each once. Marks of beats and waves and what holds for named leads only are left
 * out and noted.
 *
 * annotationSet = component* : annotation
 * annotation = code | value (ST | CE | PQ) | support : supportingROI (boundary : code TIME_* | MDC_ECG_LEAD_*) | component*
 */
export function statementsOf(root: XmlElement, notes: DecodeNote[]): string[] {
  const found = new Set<string>()
  let ignored = false
  const walk = (holder: XmlElement): void => {
    for (const component of childrenOf(holder, 'component')) {
      for (const annotation of childrenOf(component, 'annotation')) {
        if (MARKS.has(codeOf(annotation)) || isOfLeads(annotation)) {
          ignored = true
          continue
        }
        const text = sayingOf(annotation)
        if (text && text !== SYNTHETIC) found.add(text)
        walk(annotation)
      }
    }
  }
  for (const set of descendantsOf(root, 'annotationSet')) walk(set)
  if (ignored) notes.push({ code: 'content-ignored', at: 'annotationSet' })
  return [...found].slice(0, MAX_STATEMENTS)
}

/** Dialect of a cart (Mindray): Paced beside the demographic data. */
export const isPaced = (root: XmlElement): boolean =>
  textAt(trialSubjectElement(root), 'subjectDemographicPerson', 'Paced')?.toLowerCase() === 'true'

function sayingOf(annotation: XmlElement): string | undefined {
  const value = elementAt(annotation, 'value')
  const words = value?.text.trim() || attributeOf(value, 'displayName') || attributeOf(value, 'code')
  if (words) return words.slice(0, MAX_LENGTH)
  const number = attributeOf(value, 'value')
  if (!number) return undefined
  const name = attributeOf(elementAt(annotation, 'code'), 'displayName') ?? codeOf(annotation)
  return [name, '=', number, attributeOf(value, 'unit')].filter(Boolean).join(' ').slice(0, MAX_LENGTH)
}

const codeOf = (annotation: XmlElement): string => attributeOf(elementAt(annotation, 'code'), 'code') ?? ''

const isOfLeads = (annotation: XmlElement): boolean =>
  childrenOf(annotation, 'support').some((support) =>
    descendantsOf(support, 'boundary').some((boundary) => codeOf(boundary).startsWith('MDC_ECG_LEAD_'))
  )
