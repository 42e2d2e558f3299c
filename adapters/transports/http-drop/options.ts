import { findCharset } from '../../hl7v2/charset.ts'
import { READ_TYPES } from '../../hl7v2/structure.ts'
import { readOptions } from '../../read-options.ts'

export interface DropOptions {
  /** A port of its own; absent: only mounted by the server. */
  port?: number
  /** Loopback only: this listener has no authentication. */
  host: string
  path: string
  maxBytes: number
  /** All bodies that are being read, together. */
  maxBufferedBytes: number
  /** A request that drips is cut off after this time (own port only). */
  requestTimeoutMs: number
  processingIds: string[]
  /** HL7 v2 message types that are taken. */
  types: string[]
  /** Table 0211 name for bytes above 0x7F when MSH-18 is empty or ASCII. */
  defaultCharset?: string
  lenientLineEnds?: boolean
}

const MIB = 1024 * 1024
const DEFAULTS: DropOptions = {
  host: '127.0.0.1',
  path: '/inbound',
  maxBytes: 64 * MIB,
  maxBufferedBytes: 256 * MIB,
  requestTimeoutMs: 120_000,
  processingIds: ['P', 'T', 'D'],
  types: [...READ_TYPES]
}

const LOOPBACK = ['127.0.0.1', '::1', 'localhost']

const isNumber = (min: number, max: number) => (value: unknown) =>
  Number.isInteger(value) && (value as number) >= min && (value as number) <= max
const isTexts = (value: unknown): boolean =>
  Array.isArray(value) && value.length > 0 && value.every((text) => typeof text === 'string' && text !== '')

const CHECKS: Readonly<Record<keyof DropOptions, (value: unknown) => boolean>> = {
  port: isNumber(0, 65_535),
  host: (value) => LOOPBACK.includes(value as string),
  path: (value) => typeof value === 'string' && value.startsWith('/'),
  maxBytes: isNumber(1, 2 ** 31 - 1),
  maxBufferedBytes: isNumber(1, 2 ** 40),
  requestTimeoutMs: isNumber(1, 2 ** 31 - 1),
  processingIds: (value) => Array.isArray(value) && value.every((id) => ['P', 'T', 'D', ''].includes(id)),
  types: isTexts,
  defaultCharset: isCharset,
  lenientLineEnds: (value) => typeof value === 'boolean'
}

/** @throws AppError CONFIG_INVALID naming the option (reason 'unknown-option' or 'value') */
export const readDropOptions = (raw: Record<string, unknown>): DropOptions =>
  readOptions('http-drop', raw, { checks: CHECKS, defaults: DEFAULTS })

function isCharset(value: unknown): boolean {
  try {
    return typeof value === 'string' && findCharset(value) !== undefined
  } catch {
    return false
  }
}
