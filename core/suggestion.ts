import type { CodeableConcept, Resource, ServiceRequest } from '@medplum/fhirtypes'
import type { ChangeEvent } from './changes.ts'
import type { RecordReader } from './record.ts'

/** A test that a module proposes. A proposal is no order: a person decides (ServiceRequest.intent `proposal`). */
export interface Suggestion {
  /** What is proposed, its first coding a public one. Of one patient and module at most one of a code is open at a time. */
  code: CodeableConcept
  priority: NonNullable<ServiceRequest['priority']>
  /** One sentence for the person who reads it; no identifiers. */
  text: string
}

/** With what suggestions are judged. */
export interface SuggestionContext {
  record: RecordReader
  policy: Record<string, unknown>
  /** ISO instant at which it is asked. */
  now: string
}

/**
 * Tests that a module proposes after one of its results, or after a record of others that it listens to. The server asks after
 * each result of the module and after each change that `reasons` names; it keeps the proposals under stable ids, withdraws
 * (`revoked`) what is no longer called for, and raises it again when it is. In shadow nothing is proposed.
 */
export interface Suggestions {
  /** Whether the site wants any at all; else nothing is asked. */
  isOn(policy: Record<string, unknown>): boolean
  /** Results and records ('RiskAssessment/..', 'Observation/..') whose proposals this change may bring or end. */
  reasons(change: ChangeEvent, context: SuggestionContext): Promise<string[]>
  /** All that this reason calls for, with the record as it is now. */
  of(reason: Resource, context: SuggestionContext): Promise<Suggestion[]>
}
