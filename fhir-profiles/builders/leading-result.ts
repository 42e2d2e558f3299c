import type { Observation, Resource, RiskAssessment } from '@medplum/fhirtypes'
import { LOINC } from '../codes/loinc.ts'
import { HIS, PROFILE } from '../generated/constants.ts'

/** Codes of the panels that lead a measuring module's result: the public one for twelve leads, else ours. */
export const PANEL_CODES = Object.freeze([LOINC.ekg12LeadPanel, HIS['ecg-measurement-panel']])

/** Types of which a leading result may be, with the search that finds a patient's. */
export const LEADING_SEARCHES = Object.freeze([
  { resourceType: 'RiskAssessment', query: '' },
  { resourceType: 'Observation', query: `&_profile=${PROFILE.measurementPanel}` }
] as const)

/** Whether a resource stands for a whole result: a RiskAssessment, or the panel of a measuring module. */
export const isLeadingResult = (resource: Resource | undefined): resource is RiskAssessment | Observation =>
  resource?.resourceType === 'RiskAssessment' ||
  (resource?.resourceType === 'Observation' && (resource.meta?.profile ?? []).includes(PROFILE.measurementPanel))

/** Versioned references of what a result was made from, the tracing first. */
export const basisOf = (result: RiskAssessment | Observation): string[] =>
  (result.resourceType === 'RiskAssessment' ? result.basis : result.derivedFrom)?.flatMap(
    ({ reference }) => reference ?? []
  ) ?? []

/** 'ServiceRequest/..' that a result answers. */
export const answeredOrder = ({ basedOn }: RiskAssessment | Observation): string | undefined =>
  (Array.isArray(basedOn) ? basedOn[0] : basedOn)?.reference
