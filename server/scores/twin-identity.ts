import type { Patient } from '@medplum/fhirtypes'
import { authoritySystem } from '../../fhir-profiles/index.ts'

/** Assigning authority of the people that an audit invents (PID-3.4). No hospital may use it. */
export const TWIN_AUTHORITY = 'HISBUNDLE-AUDIT'

const SYSTEM = authoritySystem(TWIN_AUTHORITY)

/** Whether a Patient of the record is one of ours from an audit. */
export const isTwin = (patient: Patient): boolean =>
  patient.identifier?.some(({ system }) => system === SYSTEM) ?? false
