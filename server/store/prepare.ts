import { AppError } from '../../core/errors/app-error.ts'
import type { StoreWrite } from '../../core/fhir-store.ts'
import { extractRows } from './index-rows/extract.ts'
import type { IndexRows } from './index-rows/rows.ts'
import { inspect } from './inspect.ts'
import { patientOf } from './patient-of.ts'
import { plainIntegers } from './plain-integers.ts'
import { toStoredJson } from './stored-json.ts'
import type { Validate } from './validate/validator.ts'

/** One write made ready: judged, as text, with its index rows; what is left to do is SQL. */
export interface PreparedWrite {
  resourceType: string
  id: string
  /** Without meta.versionId and meta.lastUpdated; absent when removing. */
  json?: string
  rows?: IndexRows
  patientId?: string
  ifMatch?: string
  onlyIfAbsent?: boolean
  /** Relative references as 'Type/id' with the position where each stands. */
  references?: [reference: string, at: string][]
}

/** @throws AppError FHIR_INVALID, FHIR_REFERENCE_MISSING for what can be seen without the database */
export function prepare({ resource, ifMatch, onlyIfAbsent, remove }: StoreWrite, validate: Validate): PreparedWrite {
  const base = {
    resourceType: resource.resourceType,
    id: resource.id,
    ifMatch,
    onlyIfAbsent,
    patientId: patientOf(resource)
  }
  if (remove) return base
  if (!/^[A-Za-z0-9\-.]{1,64}$/.test(resource.id)) {
    throw new AppError('FHIR_INVALID', { at: `${resource.resourceType}.id`, reason: 'id' })
  }
  const { references } = inspect(resource)
  validate(resource)
  plainIntegers(resource)
  return {
    ...base,
    references,
    json: toStoredJson(resource),
    rows: extractRows(resource)
  }
}
