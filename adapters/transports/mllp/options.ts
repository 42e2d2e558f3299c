import { AppError } from '../../../core/errors/app-error.ts'
import { findCharset } from '../../hl7v2/charset.ts'
import { READ_TYPES } from '../../hl7v2/structure.ts'
import { isServerTls, type ServerTls } from '../../server-tls.ts'
import { DEFAULT_MAX_FRAME_BYTES } from './framer.ts'

export interface MllpOptions {
  host: string
  port: number
  maxFrameBytes: number
  /** A connection without traffic and without open answers is closed after this time. */
  idleTimeoutMs: number
  /** A block that has begun must end within this time, however slowly it drips. */
  frameTimeoutMs: number
  tls?: ServerTls
  /** Answer MSH-15 NE / MSH-16 NE in the original mode. */
  alwaysAck: boolean
  processingIds: string[]
  /** Message types that are taken: 'ADT', 'ORU^R01'. */
  types: string[]
  /** Kinds whose original-mode answer is the format's own (ORL, ORR) and waits for the record step. */
  replyTypes: string[]
  /** After this time without a settlement the answer is the plain acknowledgement. */
  replyTimeoutMs: number
  /** Enhanced mode after CA: application answers on this connection, or left to the outbox (feed with `replyTo`). */
  applicationReplies: 'connection' | 'outbox'
  maxInFlight: number
  maxConnections: number
  /** Table 0211 name for bytes above 0x7F when MSH-18 is empty or ASCII. */
  defaultCharset?: string
  lenientLineEnds: boolean
}

const DEFAULTS: MllpOptions = {
  host: '127.0.0.1',
  port: 2575,
  maxFrameBytes: DEFAULT_MAX_FRAME_BYTES,
  idleTimeoutMs: 600_000,
  frameTimeoutMs: 120_000,
  alwaysAck: true,
  processingIds: ['P', 'T', 'D'],
  types: [...READ_TYPES],
  replyTypes: ['OML^O21', 'ORM^O01'],
  replyTimeoutMs: 10_000,
  applicationReplies: 'connection',
  maxInFlight: 32,
  maxConnections: 256,
  lenientLineEnds: true
}

const isNumber = (min: number, max: number) => (value: unknown) =>
  Number.isInteger(value) && (value as number) >= min && (value as number) <= max
const isBoolean = (value: unknown): boolean => typeof value === 'boolean'
const isText = (value: unknown): boolean => typeof value === 'string' && value !== ''
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.length > 0 && value.every(isText)

const CHECKS: Readonly<Record<keyof MllpOptions, (value: unknown) => boolean>> = {
  host: isText,
  port: isNumber(0, 65_535),
  maxFrameBytes: isNumber(1024, 1024 * 1024 * 1024),
  idleTimeoutMs: isNumber(1, 2 ** 31 - 1),
  frameTimeoutMs: isNumber(1, 2 ** 31 - 1),
  tls: isServerTls,
  alwaysAck: isBoolean,
  processingIds: (value) => Array.isArray(value) && value.every((id) => ['P', 'T', 'D', ''].includes(id)),
  types: isTexts,
  replyTypes: (value) => Array.isArray(value) && value.every(isText),
  replyTimeoutMs: isNumber(1, 2 ** 31 - 1),
  applicationReplies: (value) => value === 'connection' || value === 'outbox',
  maxInFlight: isNumber(1, 10_000),
  maxConnections: isNumber(1, 100_000),
  defaultCharset: isCharset,
  lenientLineEnds: isBoolean
}

/** @throws AppError CONFIG_INVALID naming the option (reason 'unknown-option' or 'value') */
export function readMllpOptions(raw: Record<string, unknown>): MllpOptions {
  for (const [name, value] of Object.entries(raw)) {
    if (!Object.hasOwn(CHECKS, name))
      throw new AppError('CONFIG_INVALID', { at: `mllp.${name}`, reason: 'unknown-option' })
    if (value !== undefined && !CHECKS[name as keyof MllpOptions](value)) {
      throw new AppError('CONFIG_INVALID', { at: `mllp.${name}`, reason: 'value' })
    }
  }
  const given = Object.fromEntries(Object.entries(raw).filter(([, value]) => value !== undefined))
  return { ...DEFAULTS, ...given }
}

function isCharset(value: unknown): boolean {
  try {
    return typeof value === 'string' && findCharset(value) !== undefined
  } catch {
    return false
  }
}
