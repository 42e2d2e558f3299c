import type { PeekFn } from '../../../core/envelope.ts'
import { AppError } from '../../../core/errors/app-error.ts'
import { RESOURCE_TYPES } from './resource-types.ts'

/** No more than this is looked at. */
const PEEK_BYTES = 64 * 1024

/**
 * `peek` of the family fhir: kind 'fhir/Bundle' or 'fhir/<ResourceType>', from the top-level `resourceType` wherever it
 * stands in the first 64 KiB; 'fhir/unknown' when it stands behind them or names no type of R4. Without a key: a bundle may hold many patients.
 *
 * @throws AppError DECODE_FAILED (reason 'not-json-object') when the bytes do not begin a JSON object
 */
export const peekFhir: PeekFn = (bytes, { correlation = {} } = {}) => {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, PEEK_BYTES))
    .toString('utf8')
    .replace(/^\uFEFF/, '')
  if (!/^\s*\{/.test(text)) throw new AppError('DECODE_FAILED', { reason: 'not-json-object' })
  const type = topLevelType(text)
  return { kind: `fhir/${type && RESOURCE_TYPES.has(type) ? type : 'unknown'}`, correlation }
}

/** Walks the text once: strings are skipped whole, depth is counted, and at depth 1 a key `resourceType` is read. */
function topLevelType(text: string): string | undefined {
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const letter = text[at]
    if (letter === '{' || letter === '[') depth++
    else if (letter === '}' || letter === ']') depth--
    else if (letter === '"') {
      const end = endOfString(text, at)
      if (depth === 1 && text.slice(at, end + 1) === '"resourceType"') {
        const value = /^\s*:\s*"([^"\\]{0,64})"/.exec(text.slice(end + 1, end + 200))
        if (value) return value[1]
      }
      at = end
    }
  }
  return undefined
}

/** Index of the closing quote, or of the last letter when there is none. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === '"') return at
  }
  return text.length - 1
}
