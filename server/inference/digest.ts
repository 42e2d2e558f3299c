import { sha256 } from '../../core/ids.ts'

/**
 * One text for one value: keys sorted, absent and undefined alike, typed arrays as the sha256 of their bytes. Two values
 * with equal content give equal texts, in whatever order they were built.
 */
export function canonicalText(value: unknown): string {
  return JSON.stringify(normal(value)) ?? 'null'
}

/** sha256 (hex) of the canonical text. */
export const digestOf = (value: unknown): string => sha256(canonicalText(value))

function normal(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) {
    return { bytes: sha256(new Uint8Array(value.buffer, value.byteOffset, value.byteLength)), length: value.byteLength }
  }
  if (Array.isArray(value)) return value.map(normal)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, normal(item)])
  )
}
