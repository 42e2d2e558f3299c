import type { Observation, RiskAssessment } from '@medplum/fhirtypes'

/**
 * The one resource of a result that orders, alerts and outbound messages are about, with the result's id: the
 * RiskAssessment of a module that predicts, the panel Observation (HisBundleMeasurementPanel) of one that measures.
 */
export type LeadingResult = RiskAssessment | Observation
