import { type KeyedFacts, readKeyedLines } from '../../ecg/keyed-lines.ts'
import { subjectOf } from '../../ecg/recording.ts'

export interface Demographics {
  /** Years. */
  age?: number
  sex?: 'male' | 'female'
}

/** '68 M 1960 2851 x1' of the MIT-BIH records. */
const SHORT = /^(\d{1,3}) ([MF])\b/
const DEMOGRAPHIC = /^<?(?:age|sex|gender)>?\s*:/i

/** The comment in which our writer says that base time and date are in UTC. */
export const IN_UTC = 'time zone: UTC'

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

/** What the comments of a record say beyond its header; a line under no key is a statement, as it came. */
export function readComments(comments: readonly string[]): KeyedFacts & { zone?: string } {
  const { facts, others } = readKeyedLines(comments)
  const words = others.filter(
    (line, i) => line !== '' && line !== IN_UTC && !DEMOGRAPHIC.test(line) && !(i === 0 && SHORT.test(line))
  )
  const statements = [...(facts.statements ?? []), ...words].slice(0, MAX_STATEMENTS)
  const { sex } = demographics(comments)
  return {
    ...facts,
    subject: {
      ...facts.subject,
      ...(facts.subject.sex ? {} : subjectOf({ sex })),
      identifiers: facts.subject.identifiers
    },
    ...(statements.length > 0 ? { statements } : {}),
    ...(comments.includes(IN_UTC) ? { zone: 'UTC' } : {})
  }
}

/** More than any header gives; the rest is left out. */
const MAX_STATEMENTS = 500
