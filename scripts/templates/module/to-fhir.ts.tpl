import type { BundleEntry, RiskAssessment } from '@medplum/fhirtypes'
import type { ModuleOutcome, ResultContext } from '../../../core/inference-module.ts'
import { concept, confidenceExtension, PROFILE, refusedPrediction } from '../../../fhir-profiles/index.ts'
import { OUTCOME } from './manifest.ts'
import type { Findings } from './types.ts'

const NO_CONFIDENCE = 'How often the answers of this model are right here was not measured.'

/** One RiskAssessment; a refusal is the same one, cancelled, coded and without any number. */
export function toFhir(outcome: ModuleOutcome<Findings>, context: ResultContext): BundleEntry[] {
  const said = outcome.kind === 'refusal' ? { ...outcome, kind: 'refused' as const } : outcome.findings
  const { identity, resultId } = context
  const risk: RiskAssessment & { id: string } = {
    resourceType: 'RiskAssessment',
    id: resultId,
    meta: { profile: [PROFILE.riskAssessment] },
    ...(said.kind === 'scored' ? { extension: [confidenceExtension({ none: NO_CONFIDENCE })] } : {}),
    status: said.kind === 'scored' ? 'preliminary' : 'cancelled',
    method: concept(OUTCOME),
    subject: { reference: identity.patient },
    ...(identity.encounter ? { encounter: { reference: identity.encounter } } : {}),
    occurrenceDateTime: context.firstRunAt,
    basis: identity.basis.map((reference) => ({ reference })),
    prediction: [
      said.kind === 'scored'
        ? { outcome: concept(OUTCOME), probabilityDecimal: Math.round(said.probability * 1e4) / 1e4 }
        : refusedPrediction(said.code, OUTCOME)
    ]
  }
  return [{ resource: risk, request: { method: 'PUT', url: `RiskAssessment/${resultId}` } }]
}
