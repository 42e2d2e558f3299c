import type { BundleEntry, Observation, Resource } from '@medplum/fhirtypes'
import type { ModuleOutcome, ResultContext } from '../../../../core/inference-module.ts'
import { toAudit } from '../predictor/language-model/audit.ts'
import type { CapIcuFindings, LanguageExchange } from '../types.ts'
import { put } from './about.ts'
import { flipObservation } from './flip-observation.ts'
import { inputsObservation } from './inputs.ts'
import { type Refused, refusedReportOf, report } from './report.ts'
import { refusedRisk, risk } from './risk.ts'

/**
 * The result as FHIR (specs 06 section 6): RiskAssessment (HisBundleIcuMortality) with id `resultId`, Observations `inputs`
 * and `flips`, DiagnosticReport `report`, and of a language model the exchange with it. A refusal is RiskAssessment and
 * report, cancelled, coded, and without any number.
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
  const results = [risk(found, context), ...observations, report(context, { conclusion, results: observations })]
  return [...results, ...asked(found, context)].map(put)
}

const refusal = (refused: Refused & Asked, context: ResultContext): BundleEntry[] => [
  put(refusedRisk(refused, context)),
  put(refusedReportOf(refused, context)),
  ...asked(refused, context).map(put)
]

interface Asked {
  exchange?: LanguageExchange[]
}

/** What a language model was asked, also where it gave no valid answer. */
function asked({ exchange }: Asked, context: ResultContext): Resource[] {
  const audit = toAudit(exchange, context)
  return audit ? [audit] : []
}
