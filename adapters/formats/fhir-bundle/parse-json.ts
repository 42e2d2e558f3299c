import type { Resource } from '@medplum/fhirtypes'
import { AppError } from '../../../core/errors/app-error.ts'
import { parseJson } from '../../../core/json-numbers.ts'
import { jsonFault } from '../../../core/json-text.ts'

/** FHIR resources stay below a depth of 20; a bundle of 20,000 entries with 25 values each fits. */
const LIMITS = { maxDepth: 64, maxValues: 500_000 }
/** Names that would reach an object's prototype. */
const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

/**
 * Bytes to a resource, checked for depth, width, numbers that would be rounded, and names that would change prototypes.
 *
 * @throws AppError DECODE_FAILED, reasons 'json', 'not-json-object', 'depth', 'values', 'number-precision',
 * 'forbidden-key', 'resource-type'
 */
export function parseResource(bytes: Uint8Array): Resource {
  const parsed = parse(bytes)
  if (typeof parsed !== 'object' || parsed === null) throw new AppError('DECODE_FAILED', { reason: 'not-json-object' })
  assertPlain(parsed)
  if (!isResource(parsed)) throw new AppError('DECODE_FAILED', { reason: 'resource-type' })
  return parsed
}

export function isResource(value: unknown): value is Resource {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const type = (value as { resourceType?: unknown }).resourceType
  return typeof type === 'string' && /^[A-Z][A-Za-z]{1,63}$/.test(type)
}

function parse(bytes: Uint8Array): unknown {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    const fault = jsonFault(text, LIMITS)
    if (fault) throw new AppError('DECODE_FAILED', { reason: fault })
    return parseJson(text)
  } catch (error) {
    if (error instanceof AppError) throw error
    // The parser's own words quote the text: they are not passed on.
    throw new AppError('DECODE_FAILED', { reason: 'json' })
  }
}

/** Recurses no deeper than the text was found to be. */
function assertPlain(value: object): void {
  for (const [key, item] of Object.entries(value)) {
    if (FORBIDDEN_KEYS.has(key)) throw new AppError('DECODE_FAILED', { reason: 'forbidden-key' })
    if (typeof item === 'object' && item !== null) assertPlain(item)
  }
}
