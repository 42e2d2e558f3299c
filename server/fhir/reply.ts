import type { OperationOutcome, Resource } from '@medplum/fhirtypes'
import { AppError, asAppError } from '../../core/errors/app-error.ts'
import { toOutcome } from '../../core/errors/to-outcome.ts'
import { toHttpStatus } from '../../core/errors/to-status.ts'
import type { WriteResult } from '../../core/fhir-store.ts'
import { FhirInvalid } from '../store/validate/fhir-invalid.ts'

/** The answer of one interaction, before it becomes HTTP or an entry of a response Bundle. */
export interface Reply {
  status: number
  resource?: Resource
  /** 'Type/id/_history/version' of what was written. */
  location?: string
  versionId?: string
  lastModified?: string
}

/** Statuses that the error table has no row for, by reason. */
const STATUS_BY_REASON: Record<string, number> = {
  deleted: 410,
  accept: 406,
  'media-type': 415,
  method: 405
}

/** An error as OperationOutcome: our code, the position, never a value of the input. */
export function errorReply(thrown: unknown): Reply {
  const error = asAppError(thrown)
  const status = STATUS_BY_REASON[error.reason ?? ''] ?? toHttpStatus(error)
  return { status, resource: outcomeOf(error) }
}

function outcomeOf(error: AppError): OperationOutcome {
  const outcome = toOutcome(error)
  if (!(error instanceof FhirInvalid)) return outcome
  return {
    ...outcome,
    issue: error.issues.flatMap(({ at, reason }) => toOutcome(new AppError('FHIR_INVALID', { at, reason })).issue)
  }
}

export function readReply(resource: Resource): Reply {
  return { status: 200, resource, versionId: resource.meta?.versionId, lastModified: resource.meta?.lastUpdated }
}

export function writeReply({ resource, outcome }: WriteResult): Reply {
  const versionId = resource.meta?.versionId
  if (outcome === 'deleted') return { status: 204 }
  return {
    ...readReply(resource),
    status: outcome === 'created' ? 201 : 200,
    location: `${resource.resourceType}/${resource.id}/_history/${versionId}`
  }
}
