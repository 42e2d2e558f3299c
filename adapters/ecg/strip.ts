import type { PatientIdentifier, SubjectClaim } from '../../core/decoded.ts'
import { AppError } from '../../core/errors/app-error.ts'
import { recordingKey } from './recording.ts'

/** What a strip says of itself beside its samples. */
export interface StripHeader {
  /** Id of the live session it was cut from. */
  session: string
  /** Number of its first sample in the session. */
  from: number
  /** ISO 8601 instant of the first sample. */
  startedAt: string
  rateHz: number
  /** Microvolts of one step. */
  scaleUv: number
  subject: SubjectClaim
  device?: { manufacturer?: string; model?: string; serial?: string }
  /** Played from a file: never production data. */
  test?: boolean
}

export interface Strip {
  header: StripHeader
  /** Steps of the converter; `MISSING` where there is none. */
  samples: Int16Array
}

/** The count that stands for a sample that is not there. */
export const MISSING = -32_768

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/
const DAY = /^\d{4}-\d{2}-\d{2}$/

/** Version 1 of the layout stands in the fourth byte. */
const MAGIC = Buffer.from('HBS1', 'latin1')
const HEAD_BYTES = 8
const MAX_HEADER_BYTES = 8192

/**
 * A strip of one live lead as bytes, so that it goes through the intake like any ECG file.
 *
 *     'HBS1' | u16 LE length of the header | u16 0 | header: JSON, UTF-8 | samples: int16 LE, to the end
 */
export function encodeStrip({ header, samples }: Strip): Uint8Array {
  const text = Buffer.from(JSON.stringify(header))
  const bytes = Buffer.alloc(HEAD_BYTES + text.length + samples.length * 2)
  MAGIC.copy(bytes)
  bytes.writeUInt16LE(text.length, 4)
  text.copy(bytes, HEAD_BYTES)
  for (let i = 0; i < samples.length; i++) bytes.writeInt16LE(samples[i]!, HEAD_BYTES + text.length + 2 * i)
  return bytes
}

/** @throws AppError DECODE_FAILED reason `strip` (layout), `header` (JSON, or a field with its name as position) */
export function decodeStrip(bytes: Uint8Array): Strip {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const text = headerOf(head)
  if (!isStrip(head) || text === undefined) throw new AppError('DECODE_FAILED', { reason: 'strip', at: 'header' })
  const header = readHeader(parse(text))
  const from = HEAD_BYTES + text.length
  if ((head.length - from) % 2 !== 0) throw new AppError('DECODE_FAILED', { reason: 'strip', at: 'samples' })
  const samples = new Int16Array((head.length - from) / 2)
  for (let i = 0; i < samples.length; i++) samples[i] = head.readInt16LE(from + 2 * i)
  return { header, samples }
}

export const isStrip = (head: Buffer): boolean => head.length >= HEAD_BYTES && head.subarray(0, 4).equals(MAGIC)

/** Business identity: a strip that is cut again is the same one. */
export const stripKey = ({ session, from }: StripHeader, count: number): string =>
  recordingKey('ecg-strip', session, String(from), String(count))

/** Whose it is, for the order on the bus alone; undefined where the header cannot be read. */
export function stripPatient(head: Uint8Array): PatientIdentifier | undefined {
  try {
    const text = headerOf(Buffer.from(head.buffer, head.byteOffset, head.byteLength))
    return text && readHeader(parse(text)).subject.identifiers[0]
  } catch {
    return undefined
  }
}

function headerOf(head: Buffer): Buffer | undefined {
  if (head.length < HEAD_BYTES) return undefined
  const length = head.readUInt16LE(4)
  return length <= MAX_HEADER_BYTES && HEAD_BYTES + length <= head.length
    ? head.subarray(HEAD_BYTES, HEAD_BYTES + length)
    : undefined
}

function parse(text: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(text))
  } catch {
    throw new AppError('DECODE_FAILED', { reason: 'header', at: 'header' })
  }
}

type Plain = Record<string, unknown>

/** Only what is known is taken over: a header is our own, but whoever may post files can send one. */
function readHeader(raw: unknown): StripHeader {
  const given = plain(raw, 'header')
  const text = (key: string): string => textOf(given[key], key)
  const number = (key: string): number => {
    const value = given[key]
    if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) throw field(key)
    return value
  }
  const device = given['device'] === undefined ? undefined : plain(given['device'], 'device')
  const header: StripHeader = {
    session: text('session'),
    from: number('from'),
    startedAt: text('startedAt'),
    rateHz: number('rateHz'),
    scaleUv: number('scaleUv'),
    subject: readSubject(given['subject']),
    ...(device ? { device: texts(device, ['manufacturer', 'model', 'serial']) } : {}),
    ...(given['test'] === true ? { test: true } : {})
  }
  if (!Number.isSafeInteger(header.from)) throw field('from')
  if (!(header.scaleUv > 0)) throw field('scaleUv')
  if (!INSTANT.test(header.startedAt) || Number.isNaN(Date.parse(header.startedAt))) throw field('startedAt')
  return header
}

function readSubject(raw: unknown): SubjectClaim {
  const { identifiers, given, ...rest } = plain(raw, 'subject')
  if (!Array.isArray(identifiers) || identifiers.length > 10) throw field('subject.identifiers')
  if (rest['birthDate'] !== undefined && !DAY.test(String(rest['birthDate']))) throw field('subject.birthDate')
  const names = given === undefined ? undefined : given
  if (names !== undefined && !(Array.isArray(names) && names.length <= 10)) throw field('subject.given')
  return {
    identifiers: identifiers.map((one) => {
      const identifier = plain(one, 'subject.identifiers')
      return {
        value: textOf(identifier['value'], 'subject.identifiers'),
        ...texts(identifier, ['authority', 'type'])
      }
    }),
    ...texts(rest, ['family', 'birthDate']),
    ...(names ? { given: (names as unknown[]).map((name) => textOf(name, 'subject.given')) } : {})
  }
}

const plain = (value: unknown, at: string): Plain => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw field(at)
  return value as Plain
}

const textOf = (value: unknown, at: string): string => {
  if (typeof value !== 'string' || value === '' || value.length > 200) throw field(at)
  return value
}

function texts<Key extends string>(from: Plain, keys: readonly Key[]): { [K in Key]?: string } {
  const found: { [K in Key]?: string } = {}
  for (const key of keys) if (from[key] !== undefined) found[key] = textOf(from[key], key)
  return found
}

const field = (at: string): AppError => new AppError('DECODE_FAILED', { reason: 'header', at })
