import type { Reference } from '@medplum/fhirtypes'
import { FHIR_EXTENSION } from '../codes/extensions.ts'

/**
 * A Device as performer where R4 allows none (Observation, DiagnosticReport): the alternate-reference extension with a
 * display (hardening C1, R4 gaps).
 */
export function devicePerformer(device: string, display: string): Reference<never> {
  return {
    extension: [{ url: FHIR_EXTENSION.alternateReference, valueReference: { reference: device } }],
    display
  }
}
