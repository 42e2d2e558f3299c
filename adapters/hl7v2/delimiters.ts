import { AppError } from '../../core/errors/app-error.ts'

/** MSH-1 and MSH-2. HL7 v2.5.1 section 2.5.4; a fifth character of MSH-2 (truncation, v2.7) is not used. */
export interface Delimiters {
  field: string
  component: string
  repetition: string
  escape: string
  subcomponent: string
}

export const STANDARD: Delimiters = { field: '|', component: '^', repetition: '~', escape: '\\', subcomponent: '&' }

/**
 * Delimiters as the message declares them; those that a short MSH-2 leaves out are the standard ones.
 *
 * @param msh text that begins with 'MSH'
 * @throws AppError HL7_DATA_TYPE at MSH-1 or MSH-2 when two are equal or one is a letter, digit or control character
 */
export function readDelimiters(msh: string): Delimiters {
  const field = msh[3] ?? ''
  if (!isDelimiter(field)) throw new AppError('HL7_DATA_TYPE', { at: 'MSH-1', reason: 'delimiter' })
  const end = msh.slice(4, 12).search(/[\r\n]/)
  const head = msh.slice(4, end < 0 ? 12 : 4 + end)
  const declared = head.split(field, 1)[0]!
  if (declared.length > 5) throw new AppError('HL7_DATA_TYPE', { at: 'MSH-2', reason: 'delimiter' })
  const [component, repetition, mark, subcomponent] = [0, 1, 2, 3].map((i) => declared[i] ?? '^~\\&'[i]!)
  const all = [field, component!, repetition!, mark!, subcomponent!]
  if (new Set(all).size !== all.length || !all.every(isDelimiter)) {
    throw new AppError('HL7_DATA_TYPE', { at: 'MSH-2', reason: 'delimiter' })
  }
  return { field, component: component!, repetition: repetition!, escape: mark!, subcomponent: subcomponent! }
}

/** Field text in the standard delimiters, still escaped; a standard delimiter that was plain text becomes its escape. */
export function toStandard(text: string, from: Delimiters): string {
  if (isStandard(from)) return text
  const map = new Map([
    ['|', '\\F\\'],
    ['^', '\\S\\'],
    ['~', '\\R\\'],
    ['\\', '\\E\\'],
    ['&', '\\T\\']
  ])
  map.set(from.component, '^').set(from.repetition, '~').set(from.escape, '\\').set(from.subcomponent, '&')
  let out = ''
  for (const letter of text) out += map.get(letter) ?? letter
  return out
}

export const isStandard = (delimiters: Delimiters): boolean =>
  delimiters.component === '^' &&
  delimiters.repetition === '~' &&
  delimiters.escape === '\\' &&
  delimiters.subcomponent === '&'

const isDelimiter = (letter: string): boolean => /^[^A-Za-z0-9\s\x00-\x1f\x7f-\uffff]$/.test(letter)
