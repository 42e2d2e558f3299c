import type { Resource } from '@medplum/fhirtypes'
import { AppError } from '../../../core/errors/app-error.ts'

/** Deepest nesting that is followed. FHIR resources stay below 20. */
const MAX_DEPTH = 64
/** Names that would reach an object's prototype. */
const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

/**
 * Bytes to a resource, checked for depth and for names that would change prototypes.
 *
 * @throws AppError DECODE_FAILED, reasons 'json', 'not-json-object', 'depth', 'forbidden-key', 'resource-type'
 */
export function parseResource(bytes: Uint8Array): Resource {
  let parsed: unknown
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    parsed = JSON.parse(text)
  } catch {
    // The parser's own words quote the text: they are not passed on.
    throw new AppError('DECODE_FAILED', { reason: 'json' })
  }
  assertPlain(parsed, 0)
  if (!isResource(parsed)) throw new AppError('DECODE_FAILED', { reason: 'resource-type' })
  return parsed
}

export function isResource(value: unknown): value is Resource {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const type = (value as { resourceType?: unknown }).resourceType
  return typeof type === 'string' && /^[A-Z][A-Za-z]{1,63}$/.test(type)
}

function assertPlain(value: unknown, depth: number): void {
  if (typeof value !== 'object' || value === null) {
    if (depth === 0) throw new AppError('DECODE_FAILED', { reason: 'not-json-object' })
    return
  }
  if (depth > MAX_DEPTH) throw new AppError('DECODE_FAILED', { reason: 'depth' })
  for (const [key, item] of Object.entries(value)) {
    if (FORBIDDEN_KEYS.has(key)) throw new AppError('DECODE_FAILED', { reason: 'forbidden-key' })
    assertPlain(item, depth + 1)
  }
}
