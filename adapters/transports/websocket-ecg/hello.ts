import { Ajv, type ErrorObject } from 'ajv'
import type { SubjectClaim } from '../../../core/decoded.ts'
import { AppError } from '../../../core/errors/app-error.ts'

/** The first message of a connection. */
export interface Hello {
  type: 'hello'
  /** ecg: samples of Lead I; rr: intervals between beats only, as a heart-rate strap gives them. */
  signal: 'ecg' | 'rr'
  lead?: 'I'
  rateHz?: number
  /** Microvolts of one step of the samples. */
  scaleUv?: number
  /** file: played for a trial; whatever is recorded of it is marked as test data. */
  source: 'device' | 'file'
  /** The instant of sample 0 by the device's clock; absent: by when samples arrive. */
  startedAt?: string
  device?: { manufacturer?: string; model?: string; serial?: string }
  /** Absent: an unbound session, quality and heart rate only. */
  patient?: { identifier: { value: string; authority?: string }; family: string; given?: string[]; birthDate: string }
  /** A session that was cut; `next`: the oldest sample that the client still has. */
  resume?: { session: string; next?: number }
}

const word = { type: 'string', minLength: 1, maxLength: 120 }
const index = { type: 'integer', minimum: 0, maximum: 2 ** 32 - 1 }
const object = (properties: Record<string, unknown>, required: string[] = []) => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false
})

const HELLO = {
  ...object(
    {
      type: { const: 'hello' },
      signal: { enum: ['ecg', 'rr'] },
      lead: { const: 'I' },
      rateHz: { type: 'number' },
      scaleUv: { type: 'number', exclusiveMinimum: 0, maximum: 1000 },
      source: { enum: ['device', 'file'] },
      startedAt: {
        type: 'string',
        maxLength: 40,
        pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,6})?(Z|[+-]\\d{2}:\\d{2})$'
      },
      device: object({ manufacturer: word, model: word, serial: word }),
      patient: object(
        {
          identifier: object({ value: word, authority: word }, ['value']),
          family: word,
          given: { type: 'array', items: word, maxItems: 5 },
          birthDate: { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}$' }
        },
        ['identifier', 'family', 'birthDate']
      ),
      resume: object({ session: { type: 'string', pattern: '^[0-9a-f]{32}$' }, next: index }, ['session'])
    },
    ['type', 'signal', 'source']
  ),
  if: { properties: { signal: { const: 'ecg' } } },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: { required: ['lead', 'rateHz', 'scaleUv'] }
}

const MESSAGES = {
  hello: HELLO,
  gap: object({ type: { const: 'gap' }, from: index, to: index }, ['type', 'from', 'to']),
  bye: object({ type: { const: 'bye' } }, ['type'])
}

export type ClientMessage = Hello | { type: 'gap'; from: number; to: number } | { type: 'bye' }

const ajv = new Ajv({ strictTypes: false, strictRequired: false })
const checks = new Map(Object.entries(MESSAGES).map(([type, schema]) => [type, ajv.compile(schema)]))

/** Longest text that is looked at. */
const MAX_TEXT = 4096

/** @throws AppError STREAM_PROTOCOL with the position inside the message, never a value */
export function readMessage(text: string): ClientMessage {
  if (text.length > MAX_TEXT) throw broken('message', 'too-long')
  let raw: unknown
  try {
    raw = JSON.parse(text)
  } catch {
    throw broken('message', 'json')
  }
  const type = typeof raw === 'object' && raw !== null ? (raw as { type?: unknown }).type : undefined
  const check = checks.get(String(type))
  if (!check) throw broken('type', 'unknown')
  if (!check(raw)) throw broken(positionOf(check.errors?.[0], String(type)), 'value')
  return raw as ClientMessage
}

/** '/patient/family' as 'hello.patient.family'; of a key too many only where it stands, since the key is the sender's. */
function positionOf(error: ErrorObject | undefined, type: string): string {
  const missing = error?.keyword === 'required' ? [String(error.params['missingProperty'])] : []
  return [type, ...(error?.instancePath.split('/').slice(1) ?? []), ...missing].join('.')
}

/** Who a hello says it is about, as every format says it. */
export const claimOf = ({ identifier, family, given, birthDate }: NonNullable<Hello['patient']>): SubjectClaim => ({
  identifiers: [identifier],
  family,
  ...(given?.length ? { given } : {}),
  birthDate
})

export const broken = (at: string, reason: string): AppError => new AppError('STREAM_PROTOCOL', { at, reason })
