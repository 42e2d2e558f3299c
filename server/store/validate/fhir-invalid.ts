import { AppError } from '../../../core/errors/app-error.ts'

export interface InvalidIssue {
  /** Position in the resource: 'Observation.component[0].code'. */
  at: string
  /** What is wrong, from a fixed list. */
  reason: string
}

/** FHIR_INVALID with everything that was found wrong, the first as its own position. */
export class FhirInvalid extends AppError {
  readonly issues: readonly InvalidIssue[]

  constructor(issues: readonly InvalidIssue[]) {
    super('FHIR_INVALID', { at: issues[0]?.at, reason: issues[0]?.reason })
    this.issues = issues.slice(0, 50)
  }
}
