import { applyPatch, type Operation } from '@medplum/core'
import type { Resource } from '@medplum/fhirtypes'
import { AppError } from '../../core/errors/app-error.ts'

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
  const copy = structuredClone(resource)
  let failed: unknown[]
  try {
    failed = applyPatch(copy, patch).filter(Boolean)
  } catch (cause) {
    throw new AppError('BAD_REQUEST', { reason: 'patch-failed', cause })
  }
  if (failed.length > 0) throw new AppError('BAD_REQUEST', { reason: 'patch-failed' })
  if (copy.resourceType !== resource.resourceType || copy.id !== resource.id) {
    throw new AppError('BAD_REQUEST', { reason: 'patch-identity' })
  }
  return copy
}

function checkPointer(pointer: unknown): void {
  if (pointer === undefined) return
  if (typeof pointer !== 'string' || !pointer.startsWith('/'))
    throw new AppError('BAD_REQUEST', { reason: 'patch-path' })
  const tokens = pointer.split('/').map((token) => token.replace(/~1/g, '/').replace(/~0/g, '~'))
  if (tokens.some((token) => token === '__proto__' || token === 'constructor' || token === 'prototype')) {
    throw new AppError('BAD_REQUEST', { reason: 'patch-path' })
  }
}
