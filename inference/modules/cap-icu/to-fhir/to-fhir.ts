import type { BundleEntry, Observation } from '@medplum/fhirtypes'
import type { ModuleOutcome, ResultContext } from '../../../../core/inference-module.ts'
import type { CapIcuFindings } from '../types.ts'
import { put } from './about.ts'
import { flipObservation } from './flip-observation.ts'
import { inputsObservation } from './inputs.ts'
import { type Refused, refusedReportOf, report } from './report.ts'
import { refusedRisk, risk } from './risk.ts'

/**
 * The result as FHIR (specs 06 section 6): RiskAssessment (HisBundleIcuMortality) with id `resultId`, Observations `inputs`
 * and `flips`, DiagnosticReport `report`. A refusal is RiskAssessment and report, cancelled, coded, and without any number.
 */
export function toFhir(outcome: ModuleOutcome<CapIcuFindings>, context: ResultContext): BundleEntry[] {
  if (outcome.kind === 'refusal') return refusal(outcome, context)
  const { findings } = outcome
  return findings.kind === 'refused' ? refusal(findings, context) : result(findings, context)
}

function result(found: Extract<CapIcuFindings, { kind: 'scored' }>, context: ResultContext): BundleEntry[] {
  const flips = flipObservation(found, context)
  const observations: (Observation & { id: string })[] = [inputsObservation(found, context), ...(flips ? [flips] : [])]
  const conclusion = found.explanation.join(' ')
  return [risk(found, context), ...observations, report(context, { conclusion, results: observations })].map(put)
}

const refusal = (refused: Refused, context: ResultContext): BundleEntry[] => [
  put(refusedRisk(refused.code, context)),
  put(refusedReportOf(refused, context))
]
