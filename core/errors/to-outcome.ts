import type { OperationOutcome } from '@medplum/fhirtypes'
import type { AppError } from './app-error.ts'

/** FHIR R4 OperationOutcome of a coded error: issue.code, our code in details, the position in expression. */
export function toOutcome(error: AppError): OperationOutcome {
  return {
    resourceType: 'OperationOutcome',
    issue: [
      {
        severity: 'error',
        code: error.row.fhir,
        details: {
          coding: [{ system: 'https://hisbundle.example/fhir/CodeSystem/his-bundle-errors', code: error.code }],
          text: error.message
        },
        ...(error.at ? { expression: [error.at] } : {})
      }
    ]
  }
}
