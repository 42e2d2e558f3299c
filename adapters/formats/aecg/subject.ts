import type { DecodeNote, SubjectClaim } from '../../../core/decoded.ts'
import { subjectOf } from '../../ecg/recording.ts'
import { attributeOf, childrenOf, elementAt, textAt, type XmlElement } from '../../ecg/xml/element.ts'
import { calendarDay } from '../../hl7v2/claims/message-clock.ts'

const PATH = ['componentOf', 'timepointEvent', 'componentOf', 'subjectAssignment', 'subject', 'trialSubject'] as const

/** trialSubject of an aECG. */
export const trialSubjectElement = (root: XmlElement): XmlElement | undefined => elementAt(root, ...PATH)

/**
 * Who the aECG is about.
 *
 * trialSubject = id II | code | subjectDemographicPerson
 * subjectDemographicPerson = name PN | administrativeGenderCode CE | birthTime TS | raceCode (ignored)
 *
 * The authority of the id is its root. Dialect of a cart (Mindray): no id, but PatientID beside the name, without authority.
 */
export function trialSubject(root: XmlElement, notes: DecodeNote[]): SubjectClaim {
  const subject = trialSubjectElement(root)
  const person = elementAt(subject, 'subjectDemographicPerson')
  const id = elementAt(subject, 'id')
  const [extension, oid] = [attributeOf(id, 'extension'), attributeOf(id, 'root')]
  const cartId = textAt(person, 'PatientID')
  return subjectOf({
    ...(extension
      ? { id: extension, authority: oid ?? attributeOf(id, 'assigningAuthorityName') }
      : { id: oid ?? cartId }),
    ...personName(elementAt(person, 'name'), notes),
    birthDate: calendarDay(attributeOf(elementAt(person, 'birthTime'), 'value') ?? ''),
    sex: attributeOf(elementAt(person, 'administrativeGenderCode'), 'code')
  })
}

/**
 * A name in parts, or 'Family, Given', or one word that is no initials. What cannot be told apart is left out: a wrong
 * family name would hold the ECG back as somebody else's.
 */
function personName(name: XmlElement | undefined, notes: DecodeNote[]): { family?: string; given?: string[] } {
  const part = (kind: string): string[] =>
    childrenOf(name, kind).flatMap((one) => (one.text.trim() === '' ? [] : [one.text.trim()]))
  if (name && name.children.length > 0) return { family: part('family').join(' '), given: part('given') }
  const text = name?.text.trim() ?? ''
  const [family = '', ...given] = text.split(',').map((word) => word.trim())
  if (given.length > 0) return { family, given: given.join(' ').split(/\s+/) }
  const isOneWord = /^\S+$/.test(text) && text !== text.toUpperCase()
  if (isOneWord) return { family: text }
  if (text !== '') notes.push({ code: 'content-ignored', at: 'subjectDemographicPerson/name' })
  return {}
}
