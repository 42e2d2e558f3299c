import type { SubjectClaim } from '../../../core/decoded.ts'

export interface Demographics {
  /** Years. */
  age?: number
  sex?: 'male' | 'female'
}

/**
 * Age in years and sex from comment lines of the usual spellings: '<age>: 51', 'Age: 69', 'Sex: F', and '68 M 1960 ...'
 * of the MIT-BIH records; absent if none.
 *
 * @example demographics(['<age>: 51', '<sex>: F']) // { age: 51, sex: 'female' }
 */
export function demographics(comments: readonly string[]): Demographics {
  const text = comments.join('\n')
  const short = /^(\d{1,3}) ([MF])\b/.exec(comments[0] ?? '')
  const age = /<?\bage>?\s*:\s*(\d{1,3})\b/i.exec(text)?.[1] ?? short?.[1]
  const sex = (/<?\b(?:sex|gender)>?\s*:\s*([MF])/i.exec(text)?.[1] ?? short?.[2])?.toUpperCase()
  return {
    ...(age === undefined ? {} : { age: Number(age) }),
    ...(sex === undefined ? {} : { sex: sex === 'M' ? 'male' : 'female' })
  }
}

/** Keys of the comment lines in which our writer keeps who the recording is about ('patient id: 4711'). */
const PATIENT = {
  id: 'patient id',
  authority: 'patient id authority',
  family: 'family name',
  given: 'given names',
  birthDate: 'birth date'
} as const

/** Who a record says it is about; without identifiers when it names none. */
export function subjectOf(comments: readonly string[]): SubjectClaim {
  const value = (key: string): string | undefined => {
    const line = comments.find((comment) => comment.toLowerCase().startsWith(`${key}:`))
    return line?.slice(key.length + 1).trim() || undefined
  }
  const id = value(PATIENT.id)
  const authority = value(PATIENT.authority)
  const family = value(PATIENT.family)
  const given = value(PATIENT.given)
  const birthDate = value(PATIENT.birthDate)
  const { sex } = demographics(comments)
  return {
    identifiers: id ? [{ value: id, ...(authority ? { authority } : {}) }] : [],
    ...(family ? { family } : {}),
    ...(given ? { given: given.split(' ') } : {}),
    ...(birthDate && /^\d{4}-\d{2}-\d{2}$/.test(birthDate) ? { birthDate } : {}),
    ...(sex ? { sex } : {})
  }
}

/** The inverse of `subjectOf`, one comment a field. Line breaks cannot leave their comment. */
export function subjectComments(subject: SubjectClaim | undefined): string[] {
  const [identifier] = subject?.identifiers ?? []
  const fields: [string, string | undefined][] = [
    [PATIENT.id, identifier?.value],
    [PATIENT.authority, identifier?.authority],
    [PATIENT.family, subject?.family],
    [PATIENT.given, subject?.given?.join(' ')],
    [PATIENT.birthDate, subject?.birthDate],
    ['sex', subject?.sex === 'male' ? 'M' : subject?.sex === 'female' ? 'F' : undefined]
  ]
  return fields.flatMap(([key, value]) => (value ? [`${key}: ${value.replaceAll(/[\r\n]+/g, ' ')}`] : []))
}
