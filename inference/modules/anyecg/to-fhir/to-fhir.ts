import type { BundleEntry } from '@medplum/fhirtypes'
import type { ModuleOutcome, ResultContext } from '../../../../core/inference-module.ts'
import type { AnyEcgFindings, ProfileQuality } from '../types.ts'
import { put } from './about.ts'
import { comorbidityLift } from './lift.ts'
import { qualityObservation } from './quality.ts'
import { refusedReportOf, report } from './report.ts'
import { refusedRisk, risk } from './risk.ts'

/**
 * The result as FHIR (specs 04 section 6): RiskAssessment with the result's id, comorbidity lift, quality verdict and a
 * DiagnosticReport. A refusal is assessment and report, cancelled, coded, and without any number.
 */
export function toFhir(outcome: ModuleOutcome<AnyEcgFindings>, context: ResultContext): BundleEntry[] {
  if (outcome.kind === 'refusal') return refusal(outcome, context)
  const { findings } = outcome
  if (findings.kind === 'refused') return refusal(findings, context)
  const observations = [...comorbidityLift(findings, context), qualityObservation(findings.quality, context)]
  return [risk(findings, context), ...observations, report(findings, observations, context)].map(put)
}

function refusal(
  refused: { code: string; detail?: string; quality?: ProfileQuality },
  context: ResultContext
): BundleEntry[] {
  const verdict = refused.quality ? [qualityObservation(refused.quality, context)] : []
  return [refusedRisk(refused.code, context), ...verdict, refusedReportOf(refused, verdict, context)].map(put)
}
