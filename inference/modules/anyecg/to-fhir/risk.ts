import type { Extension, RiskAssessment, RiskAssessmentPrediction } from '@medplum/fhirtypes'
import type { ResultContext } from '../../../../core/inference-module.ts'
import {
  ABSENT,
  concept,
  confidenceExtension,
  EXTENSION,
  FHIR_EXTENSION,
  HIS,
  PROFILE,
  refusedPrediction,
  SYSTEM
} from '../../../../fhir-profiles/index.ts'
import { hiddenSentence, rationale } from '../explain.ts'
import { HORIZONS } from '../risk.ts'
import type { ConditionResult, ProfileFindings } from '../types.ts'
import { about, rounded } from './about.ts'
import { METHOD, outcomeOf } from './codes.ts'

const NO_CONFIDENCE =
  'The estimate is the probability of the outcome; how often it is right in this hospital was not measured.'
const MITIGATION = 'Associations, not causes. Confirm by the standard test before acting.'

/** RiskAssessment HisBundleConditionProfile with the result's id: a prediction for each shown condition and horizon. */
export function risk(found: ProfileFindings, context: ResultContext): RiskAssessment & { id: string } {
  const predictions = found.shown.flatMap((one) => predictionsOf(one, found.calibrated))
  return {
    ...base(context),
    status: 'preliminary',
    extension: [confidenceExtension({ none: NO_CONFIDENCE }), counted(found)],
    prediction: predictions.length > 0 ? predictions : [nothingShown(found)]
  }
}

/** The same as a coded refusal, without any number. */
export const refusedRisk = (code: string, context: ResultContext): RiskAssessment & { id: string } => ({
  ...base(context),
  status: 'cancelled',
  prediction: [refusedPrediction(code, HIS['any-condition'])]
})

function base(context: ResultContext): Omit<RiskAssessment, 'status'> & { id: string } {
  const { identity } = context
  return {
    resourceType: 'RiskAssessment',
    id: context.resultId,
    meta: { profile: [PROFILE.conditionProfile] },
    ...(identity.order ? { basedOn: { reference: identity.order.reference } } : {}),
    method: { coding: [METHOD] },
    code: { coding: [METHOD] },
    ...about(context),
    occurrenceDateTime: context.firstRunAt,
    basis: identity.basis.map((reference) => ({ reference })),
    mitigation: MITIGATION
  }
}

/** Now, and each horizon that the model foretells. */
function predictionsOf(result: ConditionResult, isCalibrated: boolean): RiskAssessmentPrediction[] {
  const { label, probability, ageSex, raised, risk: curve = [] } = result
  const said = {
    outcome: outcomeOf(label),
    qualitativeRisk: concept(HIS[raised ? 'condition-raised' : 'condition-not-raised']),
    rationale: isCalibrated ? rationale(result) : `${rationale(result)} A score, not a probability.`
  }
  const later = curve.filter(({ years }) => (HORIZONS as readonly number[]).includes(years))
  return [{ years: 0, probability, ageSex }, ...later].map((one) => ({
    ...said,
    probabilityDecimal: rounded(one.probability),
    ...(one.ageSex !== undefined && one.ageSex > 0 ? { relativeRisk: rounded(one.probability / one.ageSex) } : {}),
    whenRange: { low: years(0), high: years(one.years) }
  }))
}

const years = (value: number) => ({ value, unit: 'a', system: SYSTEM.ucum, code: 'a' })

/** R4 wants a prediction: this one says that there is none, and why. */
const nothingShown = (found: ProfileFindings): RiskAssessmentPrediction => ({
  extension: [{ url: FHIR_EXTENSION.dataAbsentReason, valueCode: ABSENT.unsupported.code }],
  outcome: concept(HIS['any-condition']),
  rationale: hiddenSentence(found)
})

function counted({ total, shown, hidden }: ProfileFindings): Extension {
  return {
    url: EXTENSION.hiddenConditions,
    extension: [
      { url: 'total', valueInteger: total },
      { url: 'shown', valueInteger: shown.length },
      ...Object.entries(hidden).map(([reason, count]) => ({
        url: 'hidden',
        extension: [
          { url: 'reason', valueCode: reason },
          { url: 'count', valueInteger: count }
        ]
      }))
    ]
  }
}
