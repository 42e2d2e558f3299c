import { isDeepStrictEqual } from 'node:util'
import type { Resource } from '@medplum/fhirtypes'
import type { Cause, ChangeEvent } from '../../core/changes.ts'
import { AppError } from '../../core/errors/app-error.ts'
import type { StoreWrite, WriteResult } from '../../core/fhir-store.ts'
import { parseJson } from '../../core/json-numbers.ts'
import { patientOf } from './patient-of.ts'
import type { PreparedWrite } from './prepare.ts'
import { fromStoredJson, withVersion } from './stored-json.ts'

/** The stored state of one resource. */
export interface Current {
  version: number
  updated: string
  deleted: boolean
  /** Null when deleted. */
  json: string | null
}

export interface Written {
  outcome: WriteResult['outcome']
  version: number
  updated: string
  /** The stored JSON when it is not what was sent ('kept'). */
  json?: string
}

export interface Decision {
  written: Written
  /** What the resource becomes, with its change row; absent: nothing is written. */
  next?: Current
  event?: ChangeEvent
}

/**
 * What one write does to a resource in the state in which it is found; the same for every database.
 *
 * @param old undefined when it never was
 * @throws AppError FHIR_VERSION_CONFLICT when ifMatch names another version
 */
export function decide(
  write: PreparedWrite,
  old: Current | undefined,
  { cause, at }: { cause: Cause; at: string }
): Decision {
  const { resourceType, id, json } = write
  const live = old !== undefined && !old.deleted
  if (write.ifMatch !== undefined && (!live || String(old.version) !== write.ifMatch)) {
    throw new AppError('FHIR_VERSION_CONFLICT', { at: resourceType })
  }
  if (write.onlyIfAbsent && live) return left('kept', old)
  if (json === undefined) {
    if (!live) {
      return { written: { outcome: 'unchanged', version: old?.version ?? 0, updated: old?.updated ?? at } }
    }
    // Whose it was stands in what is removed; the remover may know no more than the id.
    return become('deleted', old.version + 1, patientOf(JSON.parse(old.json!)))
  }
  // The texts of numbers count: 1.0 in the place of 1 says another precision (FHIR R4 datatypes, decimal).
  if (live && (old.json === json || isDeepStrictEqual(parseJson(old.json!), parseJson(json)))) {
    return left('unchanged', old)
  }
  return become(live ? 'updated' : 'created', (old?.version ?? 0) + 1, write.patientId)

  function become(
    outcome: 'created' | 'updated' | 'deleted',
    version: number,
    patientId: string | undefined
  ): Decision {
    const event: ChangeEvent = {
      eventId: `${resourceType}/${id}/_history/${version}`,
      resourceType,
      id,
      versionId: String(version),
      ...(patientId === undefined ? {} : { patientId }),
      interaction: INTERACTION[outcome],
      cause,
      at
    }
    return {
      written: { outcome, version, updated: at },
      next: { version, updated: at, deleted: outcome === 'deleted', json: json ?? null },
      event
    }
  }
}

const INTERACTION = { created: 'create', updated: 'update', deleted: 'delete' } as const

const left = (outcome: 'kept' | 'unchanged', { version, updated, json }: Current): Decision => ({
  written: { outcome, version, updated, json: json ?? undefined }
})

/** The resource as it is stored now, for the caller. */
export const toResult = ({ resource }: StoreWrite, { outcome, version, updated, json }: Written): WriteResult => ({
  outcome,
  resource:
    json === undefined ? withVersion(resource, version, updated) : fromStoredJson<Resource>(json, version, updated)
})
