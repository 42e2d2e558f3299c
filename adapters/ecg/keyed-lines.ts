import type { DecodedWaveform, SubjectClaim } from '../../core/decoded.ts'
import { subjectOf } from './recording.ts'

/** Keys of the lines 'key: value' in which a container without fields for them keeps who, by what and what was stated. */
const KEY = {
  patientId: 'patient id',
  authority: 'patient id authority',
  family: 'family name',
  given: 'given names',
  birthDate: 'birth date',
  sex: 'sex',
  manufacturer: 'device manufacturer',
  model: 'device model',
  serial: 'device serial',
  synthetic: 'synthetic data',
  statement: 'statement'
} as const

const KEYS: ReadonlySet<string> = new Set(Object.values(KEY))

/** More than any cart writes; the rest is left out. */
const MAX_STATEMENTS = 500

export interface KeyedFacts extends Pick<DecodedWaveform, 'device' | 'synthetic' | 'statements'> {
  subject: SubjectClaim
}

/**
 * The facts in comment lines, the comment sign already taken off: 'patient id: 4711', 'statement: sinus rhythm'. Keys in
 * any case; the first of a key counts, of statements all.
 *
 * @returns `others`: the lines under no such key, in their order
 */
export function readKeyedLines(lines: readonly string[]): { facts: KeyedFacts; others: string[] } {
  const values = new Map<string, string>()
  const statements: string[] = []
  const others: string[] = []
  for (const line of lines) {
    const colon = line.indexOf(':')
    const key = line.slice(0, Math.max(0, colon)).trim().toLowerCase()
    const value = line.slice(colon + 1).trim()
    if (!KEYS.has(key)) others.push(line)
    else if (key !== KEY.statement) values.set(key, values.get(key) ?? value)
    else if (statements.length < MAX_STATEMENTS) statements.push(value)
  }
  const device = {
    manufacturer: values.get(KEY.manufacturer),
    model: values.get(KEY.model),
    serial: values.get(KEY.serial)
  }
  const birthDate = values.get(KEY.birthDate) ?? ''
  return {
    facts: {
      subject: subjectOf({
        id: values.get(KEY.patientId),
        authority: values.get(KEY.authority),
        family: values.get(KEY.family),
        given: values.get(KEY.given)?.split(' '),
        birthDate: /^\d{4}-\d{2}-\d{2}$/.test(birthDate) ? birthDate : undefined,
        sex: values.get(KEY.sex)
      }),
      ...(Object.values(device).some(Boolean) ? { device } : {}),
      ...(values.get(KEY.synthetic)?.toLowerCase() === 'yes' ? { synthetic: true } : {}),
      ...(statements.length > 0 ? { statements } : {})
    },
    others
  }
}

/** The inverse of `readKeyedLines`, one line a fact; a line break inside a value becomes a blank. */
export function writeKeyedLines({ subject, device, synthetic, statements = [] }: Partial<KeyedFacts>): string[] {
  const [identifier] = subject?.identifiers ?? []
  const facts: [string, string | undefined][] = [
    [KEY.patientId, identifier?.value],
    [KEY.authority, identifier?.authority],
    [KEY.family, subject?.family],
    [KEY.given, subject?.given?.join(' ')],
    [KEY.birthDate, subject?.birthDate],
    [KEY.sex, subject?.sex],
    [KEY.manufacturer, device?.manufacturer],
    [KEY.model, device?.model],
    [KEY.serial, device?.serial],
    [KEY.synthetic, synthetic ? 'yes' : undefined],
    ...statements.map((text): [string, string] => [KEY.statement, text])
  ]
  return facts.flatMap(([key, value]) => (value ? [`${key}: ${value.replaceAll(/\s+/g, ' ').trim()}`] : []))
}
