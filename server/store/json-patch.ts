import { applyPatch, type Operation } from '@medplum/core'
import type { Resource } from '@medplum/fhirtypes'
import { AppError } from '../../core/errors/app-error.ts'
import { collectTexts, copyJson, dropTexts, restoreTexts, takeText } from '../../core/json-numbers.ts'

const OPERATIONS = ['add', 'remove', 'replace', 'move', 'copy', 'test']
const MAX_OPERATIONS = 1000

/**
 * A JSON Patch (RFC 6902) applied to a copy of a resource. Paths that would reach prototypes, and changes of the type
 * or the id, are refused.
 *
 * @throws AppError BAD_REQUEST reason patch-format | patch-path | patch-failed | patch-identity
 */
export function applyJsonPatch<T extends Resource & { id: string }>(resource: T, patch: Operation[]): T {
  if (patch.length > MAX_OPERATIONS) throw new AppError('BAD_REQUEST', { reason: 'patch-format' })
  for (const operation of patch as unknown as Record<string, unknown>[]) {
    if (typeof operation !== 'object' || operation === null || !OPERATIONS.includes(String(operation['op']))) {
      throw new AppError('BAD_REQUEST', { reason: 'patch-format' })
    }
    for (const pointer of [operation['path'], operation['from']]) checkPointer(pointer)
  }
  const copy = copyJson(resource)
  for (const operation of patch) {
    let failed: unknown
    try {
      failed = applyPatch(copy, [operation])[0]
    } catch (cause) {
      throw new AppError('BAD_REQUEST', { reason: 'patch-failed', cause })
    }
    if (failed) throw new AppError('BAD_REQUEST', { reason: 'patch-failed' })
    keepTexts(copy, operation)
  }
  if (copy.resourceType !== resource.resourceType || copy.id !== resource.id) {
    throw new AppError('BAD_REQUEST', { reason: 'patch-identity' })
  }
  return copy
}

/** The numbers of the operation keep their digits where they now stand; what it put in the place of others takes theirs off. */
function keepTexts(copy: object, operation: Operation): void {
  const path = tokensOf(operation.path)
  const key = path.pop()
  const parent = path.reduce<unknown>(childOf, copy)
  if (key === undefined || typeof parent !== 'object' || parent === null || operation.op === 'test') return
  // The places in a list have moved.
  if (Array.isArray(parent)) dropTexts(parent)
  else takeText(operation, 'value', parent, key)
  const { value } = operation as { value?: unknown }
  const placed = childOf(parent, key === '-' && Array.isArray(parent) ? String(parent.length - 1) : key)
  if (typeof value === 'object' && value !== null && placed !== undefined) restoreTexts(placed, collectTexts(value))
}

const childOf = (parent: unknown, key: string): unknown =>
  typeof parent === 'object' && parent !== null && Object.hasOwn(parent, key)
    ? (parent as Record<string, unknown>)[key]
    : undefined

const tokensOf = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((token) => token.replace(/~1/g, '/').replace(/~0/g, '~'))

function checkPointer(pointer: unknown): void {
  if (pointer === undefined) return
  if (typeof pointer !== 'string' || !pointer.startsWith('/'))
    throw new AppError('BAD_REQUEST', { reason: 'patch-path' })
  if (tokensOf(pointer).some((token) => token === '__proto__' || token === 'constructor' || token === 'prototype')) {
    throw new AppError('BAD_REQUEST', { reason: 'patch-path' })
  }
}
