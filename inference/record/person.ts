import type { Patient, Resource } from '@medplum/fhirtypes'
import { HIS } from '../../fhir-profiles/index.ts'
import { hasTag } from './reading.ts'

/** Why nothing may be inferred about the person that an input is said to be about, whatever the input is (rules section 2). */
export function personRefusal(input: Resource, person: Patient | undefined): string | undefined {
  if (!person || hasTag(person, HIS.unidentified.code)) return 'patient-unidentified'
  if ([input, person].some((one) => hasTag(one, HIS.quarantine.code) || hasTag(one, HIS['patient-mismatch'].code))) {
    return 'patient-mismatch'
  }
  return undefined
}
