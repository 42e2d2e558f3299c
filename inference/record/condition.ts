import type { Condition } from '@medplum/fhirtypes'

/** Whether a condition of the record still holds: not resolved, in remission or inactive, and neither refuted nor entered in error. */
export function isStanding({ clinicalStatus, verificationStatus }: Condition): boolean {
  const said = (concept: Condition['clinicalStatus']) => concept?.coding?.[0]?.code ?? ''
  return (
    !['inactive', 'remission', 'resolved'].includes(said(clinicalStatus)) &&
    !['refuted', 'entered-in-error'].includes(said(verificationStatus))
  )
}
