import type { SubjectClaim } from '../../../core/decoded.ts'
import { AppError } from '../../../core/errors/app-error.ts'
import type { ClinicalTime } from '../../../core/time.ts'
import { recordingKey } from '../../ecg/recording.ts'
import { attributeOf, descendantsOf, elementAt, textAt, type XmlElement } from '../../ecg/xml/element.ts'
import { type AecgClock, startOf } from './time.ts'

/** What the writer says of data that no person gave (rules section 11: it is inherited). */
export const SYNTHETIC = 'SYNTHETIC DATA'

/** @throws AppError DECODE_FAILED (reason 'not-aecg') for another document element */
export function requireAecg(root: XmlElement): XmlElement {
  if (root.name !== 'AnnotatedECG') throw new AppError('DECODE_FAILED', { reason: 'not-aecg' })
  return root
}

/** AnnotatedECG/effectiveTime. */
export const documentTime = (root: XmlElement, clock: AecgClock): ClinicalTime | undefined =>
  startOf(elementAt(root, 'effectiveTime'), clock)

/**
 * AnnotatedECG/id and the subject: the same document again is the same recording. Some exporters give every document of a
 * trial one root and no extension, hence the subject. Without an id the bytes stand for it.
 */
export function documentKey(root: XmlElement, { identifiers: [subject] }: SubjectClaim, body: Uint8Array): string {
  const id = elementAt(root, 'id')
  const parts = [attributeOf(id, 'root'), attributeOf(id, 'extension')]
  if (parts.every((part) => part === undefined)) return recordingKey('aecg', body)
  return recordingKey('aecg', ...parts.map((part) => part ?? ''), subject?.authority ?? '', subject?.value ?? '')
}

export const isSynthetic = (root: XmlElement): boolean =>
  descendantsOf(root, 'annotation').some((annotation) => textAt(annotation, 'value') === SYNTHETIC)
