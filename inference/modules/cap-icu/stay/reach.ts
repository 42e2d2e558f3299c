import type { Resource, RiskAssessment } from '@medplum/fhirtypes'
import { basisOf } from '../../../../fhir-profiles/index.ts'
import { versioned } from '../../../record/reading.ts'
import { timeOf } from '../values/read-value.ts'

/** A value counts in the window; what is said of the person counts from then on. */
export function mayLieIn(resource: Resource, from: string, to: string): boolean {
  if (resource.resourceType !== 'Observation' || resource.valueCodeableConcept) return true
  const at = timeOf(resource)
  return at !== undefined && at >= from && at < to
}

/** Of a message with many values the first one's event has answered for all. */
export const isUsedAsItIs = (result: RiskAssessment, current: Resource | undefined): boolean =>
  current?.resourceType === 'Observation' && basisOf(result).includes(versioned(current))
