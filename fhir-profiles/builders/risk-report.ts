import type { Coding, DiagnosticReport } from '@medplum/fhirtypes'
import { EXTENSION, PROFILE } from '../generated/constants.ts'

export interface RiskReport {
  id: string
  status: DiagnosticReport['status']
  /** Id of the RiskAssessment that it puts in words. */
  risk: string
  /** 'ServiceRequest/..' that it answers. */
  order?: string
  code: Coding
  about: Pick<DiagnosticReport, 'subject' | 'encounter'>
  /** ISO instant of the input. */
  at: string
  /** Ids of the Observations beside the risk. */
  observations: readonly string[]
  conclusion: string
}

/** The DiagnosticReport (HisBundleDiagnosticReport) that says a risk in sentences: R4 lets its `result` name Observations only. */
export const riskReport = (said: RiskReport): DiagnosticReport & { id: string } => ({
  resourceType: 'DiagnosticReport',
  id: said.id,
  meta: { profile: [PROFILE.diagnosticReport] },
  extension: [{ url: EXTENSION.reportRisk, valueReference: { reference: `RiskAssessment/${said.risk}` } }],
  ...(said.order ? { basedOn: [{ reference: said.order }] } : {}),
  status: said.status,
  code: { coding: [said.code] },
  ...said.about,
  effectiveDateTime: said.at,
  ...(said.observations.length > 0
    ? { result: said.observations.map((id) => ({ reference: `Observation/${id}` })) }
    : {}),
  conclusion: said.conclusion
})
