import type { DecodedWaveform, SubjectClaim } from '../../../core/decoded.ts'
import { subjectOf } from '../../ecg/recording.ts'

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
  const short = SHORT.exec(comments[0] ?? '')
  const age = /<?\bage>?\s*:\s*(\d{1,3})\b/i.exec(text)?.[1] ?? short?.[1]
  const sex = (/<?\b(?:sex|gender)>?\s*:\s*([MF])/i.exec(text)?.[1] ?? short?.[2])?.toUpperCase()
  return {
    ...(age === undefined ? {} : { age: Number(age) }),
    ...(sex === undefined ? {} : { sex: sex === 'M' ? 'male' : 'female' })
  }
}

const SHORT = /^(\d{1,3}) ([MF])\b/

/** Keys of the comment lines in which our writer keeps what a header has no field for ('patient id: 4711'). */
const KEY = {
  patientId: 'patient id',
  authority: 'patient id authority',
  family: 'family name',
  given: 'given names',
  birthDate: 'birth date',
  sex: 'sex',
  zone: 'time zone',
  manufacturer: 'device manufacturer',
  model: 'device model',
  serial: 'device serial',
  synthetic: 'synthetic data'
} as const

/** More than any header gives; the rest is left out. */
const MAX_STATEMENTS = 500

const KEYS = new Set<string>(Object.values(KEY))
const DEMOGRAPHIC = /^<?(?:age|sex|gender)>?\s*:/i

/** What the comments of a record say beyond its header. */
export interface CommentFacts extends Pick<DecodedWaveform, 'device' | 'synthetic' | 'statements'> {
  subject: SubjectClaim
  /** 'UTC' in what our writer wrote. */
  zone?: string
}

/** Reads the keyed lines; every other line with words is a statement, as it came. */
export function readComments(comments: readonly string[]): CommentFacts {
  const keyed = new Map<string, string>()
  const statements: string[] = []
  for (const [index, comment] of comments.entries()) {
    const [, key = '', value = ''] = /^([^:]{1,40}):\s*(.*)$/.exec(comment) ?? []
    if (KEYS.has(key.toLowerCase())) keyed.set(key.toLowerCase(), value.trim())
    else if (comment && !DEMOGRAPHIC.test(comment) && !(index === 0 && SHORT.test(comment))) statements.push(comment)
  }
  const birthDate = keyed.get(KEY.birthDate)
  const device = {
    manufacturer: keyed.get(KEY.manufacturer),
    model: keyed.get(KEY.model),
    serial: keyed.get(KEY.serial)
  }
  return {
    subject: subjectOf({
      id: keyed.get(KEY.patientId),
      authority: keyed.get(KEY.authority),
      family: keyed.get(KEY.family),
      given: keyed.get(KEY.given)?.split(' '),
      birthDate: birthDate && /^\d{4}-\d{2}-\d{2}$/.test(birthDate) ? birthDate : undefined,
      sex: demographics(comments).sex ?? keyed.get(KEY.sex)
    }),
    ...(keyed.get(KEY.zone) === 'UTC' ? { zone: 'UTC' } : {}),
    ...(Object.values(device).some(Boolean) ? { device } : {}),
    ...(keyed.get(KEY.synthetic)?.toLowerCase() === 'yes' ? { synthetic: true } : {}),
    ...(statements.length > 0 ? { statements: statements.slice(0, MAX_STATEMENTS) } : {})
  }
}

/** The inverse of `readComments`, one line a fact. Line breaks cannot leave their comment. */
export function writeComments({ subject, device, synthetic, statements = [], zone }: Partial<CommentFacts>): string[] {
  const [identifier] = subject?.identifiers ?? []
  const facts: [string, string | undefined][] = [
    [KEY.patientId, identifier?.value],
    [KEY.authority, identifier?.authority],
    [KEY.family, subject?.family],
    [KEY.given, subject?.given?.join(' ')],
    [KEY.birthDate, subject?.birthDate],
    [KEY.sex, subject?.sex],
    [KEY.zone, zone],
    [KEY.manufacturer, device?.manufacturer],
    [KEY.model, device?.model],
    [KEY.serial, device?.serial],
    [KEY.synthetic, synthetic ? 'yes' : undefined]
  ]
  const lines = facts.flatMap(([key, value]) => (value ? [`${key}: ${value}`] : []))
  return [...lines, ...statements].map((line) => line.replaceAll(/[\r\n]+/g, ' '))
}
