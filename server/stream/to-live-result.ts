import type { CodeableConcept, DiagnosticReport, RiskAssessment } from '@medplum/fhirtypes'
import type { LeadingResult } from '../../core/leading-result.ts'
import type { LiveResult } from '../../core/live-ecg.ts'
import { refusalOf } from '../../fhir-profiles/builders/refusal.ts'
import { HIS } from '../../fhir-profiles/index.ts'
import { versioned } from '../../inference/record/reading.ts'
import { hasTag } from '../record/marks.ts'

/**
 * What the sender of a strip is told of a stored result: nothing of a module in shadow, and nothing while nothing may leave
 * (rules section 9); else the result's own words, its probabilities as they stand in the resource.
 */
export function toLiveResult(
  leading: LeadingResult,
  { module, report, outbound }: { module: string; report: DiagnosticReport | undefined; outbound: boolean }
): LiveResult {
  if (hasTag(leading, HIS.shadow)) return { module, state: 'withheld', code: 'shadow' }
  if (!outbound) return { module, state: 'withheld', code: 'outbound-off' }
  const reference = versioned(leading)
  if (leading.status === 'entered-in-error') return { module, state: 'retracted', reference }
  const text = report?.conclusion
  const said = { module, reference, ...(text ? { text } : {}) }
  const code = refusalOf(leading)
  if (leading.status === 'cancelled') return { ...said, state: 'refused', ...(code ? { code } : {}) }
  return {
    ...said,
    state: 'result',
    ...(leading.resourceType === 'RiskAssessment' ? { predictions: predictionsOf(leading) } : {})
  }
}

function predictionsOf({ prediction = [] }: RiskAssessment): NonNullable<LiveResult['predictions']> {
  return prediction.flatMap(({ outcome, probabilityDecimal: probability, qualitativeRisk, rationale = '' }) =>
    probability === undefined
      ? []
      : [
          {
            outcome: wordsOf(outcome),
            probability,
            ...(qualitativeRisk ? { band: wordsOf(qualitativeRisk) } : {}),
            rationale
          }
        ]
  )
}

const wordsOf = (concept: CodeableConcept | undefined): string =>
  concept?.text ?? concept?.coding?.[0]?.display ?? concept?.coding?.[0]?.code ?? ''
