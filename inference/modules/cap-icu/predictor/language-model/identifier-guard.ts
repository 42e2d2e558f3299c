import { AppError } from '../../../../../core/errors/app-error.ts'
import type { RetrievedCase } from '../../types.ts'
import type { StayView } from '../predictor.ts'

/**
 * Things that look like an identifier in a text that should hold clinical words and small numbers only. Each pattern is
 * bounded, so that a long text costs no more than its length.
 */
const SUSPECT: readonly RegExp[] = [
  // Dates: 2024-03-01, 01.03.2024, 3/1/24; and times of day with minutes.
  /\b\d{4}[-/.]\d{1,2}[-/.]\d{1,2}\b/,
  /\b\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}\b/,
  /\b\d{1,2}:\d{2}\b/,
  // Record, account, telephone numbers: six and more digits in a row, or letters run into four and more digits.
  /\d{6}/,
  /\b[A-Za-z]{1,4}-?\d{4}/,
  /\b\d{3}[- ]\d{2,4}[- ]\d{3,4}\b/,
  // Mail and web addresses.
  /@[A-Za-z0-9]/,
  /https?:/i,
  /\b(?:MRN|SSN|NHS)\b/i
]

export const looksLikeIdentifier = (text: string): boolean => SUSPECT.some((pattern) => pattern.test(text))

const MAX_STRINGS = 10_000

/**
 * What came with the stay and its cases and does not stand in our own words: what must be in nothing that leaves, and in
 * nothing that comes back. Of texts also each word; of fewer than three letters none, as those are in every text.
 *
 * @param ownText all of our own words
 * @returns as `plain` makes them
 */
export function foreignWords(stay: StayView, cases: readonly RetrievedCase[], ownText: string): string[] {
  const found = new Set<string>()
  const own = plain(ownText)
  const add = (text: string): void => {
    if (found.size >= MAX_STRINGS) throw new AppError('NOT_PERMITTED', { reason: 'too-many-strings', at: 'prompt' })
    const word = plain(text)
    if (word.length >= 3 + 2 && !own.includes(word)) found.add(word)
  }
  for (const text of textsIn([stay.input, cases])) for (const part of [text, ...plain(text).split(' ')]) add(part)
  for (const name of [...Object.keys(stay.features), ...Object.keys(stay.input.features ?? {})]) add(name)
  return [...found]
}

function* textsIn(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value
  else if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) yield* textsIn(inner)
}

/** Letters and digits in lower case, with one blank around and between: ' jane roe '. */
const plain = (text: string): string => ` ${(text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).join(' ')} `

/**
 * The last look before a text leaves.
 *
 * @throws AppError NOT_PERMITTED reason `identifier-in-prompt`, without the text
 */
export function assertNoIdentifiers(text: string, foreign: readonly string[]): void {
  if (holdsIdentifier(text, foreign))
    throw new AppError('NOT_PERMITTED', { reason: 'identifier-in-prompt', at: 'prompt' })
}

/** Whether the text looks as if it named somebody, or repeats a word that came with the stay and is none of ours. */
export function holdsIdentifier(text: string, foreign: readonly string[]): boolean {
  if (looksLikeIdentifier(text)) return true
  const words = plain(text)
  return foreign.some((word) => words.includes(word))
}
