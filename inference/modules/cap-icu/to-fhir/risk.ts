import type { CodeableConcept, Extension, RiskAssessment } from '@medplum/fhirtypes'
import type { ResultContext } from '../../../../core/inference-module.ts'
import {
  type CodedConcept,
  concept,
  confidenceExtension,
  EXTENSION,
  HIS,
  PROFILE,
  performanceExtension,
  refusedPrediction,
  SNOMED
} from '../../../../fhir-profiles/index.ts'
import { factorText } from '../explain.ts'
import type { Band, CapIcuFindings, RetrievedCase } from '../types.ts'
import { METHOD, momentOf, rounded, whose } from './about.ts'

type Scored = Extract<CapIcuFindings, { kind: 'scored' }>

/** Death is asked about to the end of the stay; at most this long, so that the window has an end (specs 06 section 6). */
export const HORIZON_DAYS = 30
const DAY_MS = 86_400_000

const NO_CONFIDENCE =
  'The estimate is the probability of the outcome; how often it is right in this hospital was not measured.'
const MITIGATION = 'Review the stay. Not for triage, and not a ground to limit treatment.'

/** The nearest qualifier that every reader knows; the six bands themselves have no public code. */
const QUALIFIER: Readonly<Record<Band, CodedConcept>> = {
  'very-low': SNOMED.riskLow,
  low: SNOMED.riskLow,
  moderate: SNOMED.riskModerate,
  considerable: SNOMED.riskModerate,
  high: SNOMED.riskHigh,
  'very-high': SNOMED.riskHigh
}

/** RiskAssessment HisBundleIcuMortality with the result's id: one prediction of death, with how CAP came to it. */
export function risk(found: Scored, context: ResultContext): RiskAssessment & { id: string } {
  const { performance, keyFactors, calibrated } = found
  const factors = `${keyFactors.map(factorText).join('; ') || 'no single variable stands out'}.`
  return {
    ...base(context, found),
    status: 'preliminary',
    extension: [confidenceExtension({ none: NO_CONFIDENCE })],
    prediction: [
      {
        extension: [shiftExtension(found), ...(performance ? [performanceExtension(rounding(performance))] : [])],
        outcome: concept(SNOMED.dead),
        probabilityDecimal: rounded(found.probability),
        qualitativeRisk: bandConcept(found.band),
        whenPeriod: whenPeriod(context),
        rationale: calibrated ? factors : `${factors} A score, not a probability.`
      }
    ],
    mitigation: MITIGATION
  }
}

/** The same as a coded refusal, without any number. */
export const refusedRisk = (
  refused: { code: string; oru?: boolean },
  context: ResultContext
): RiskAssessment & { id: string } => ({
  ...base(context, refused),
  status: 'cancelled',
  prediction: [{ ...refusedPrediction(refused.code, SNOMED.dead), whenPeriod: whenPeriod(context) }]
})

/** Many wards should not see the number in their results: as HL7 v2 it leaves only where the site says so (specs 06 section 6). */
function base(context: ResultContext, { oru }: { oru?: boolean }): Omit<RiskAssessment, 'status'> & { id: string } {
  const { identity } = context
  return {
    resourceType: 'RiskAssessment',
    id: context.resultId,
    meta: { profile: [PROFILE.icuMortality], ...(oru ? {} : { tag: [HIS['fhir-only']] }) },
    ...(identity.order ? { basedOn: { reference: identity.order.reference } } : {}),
    method: { coding: [METHOD] },
    code: { coding: [HIS['icu-mortality-risk']] },
    ...whose(context),
    occurrenceDateTime: context.firstRunAt,
    basis: identity.basis.map((reference) => ({ reference }))
  }
}

function whenPeriod(context: ResultContext): { start: string; end: string } {
  const start = momentOf(context)
  return { start, end: new Date(Date.parse(start) + HORIZON_DAYS * DAY_MS).toISOString() }
}

const bandConcept = (band: Band): CodeableConcept => ({ coding: [QUALIFIER[band], HIS[`icu-risk-${band}`]] })

function shiftExtension({ predictor, variants, shift, bankVersion, cases }: Scored): Extension {
  return {
    url: EXTENSION.caseBasedShift,
    extension: [
      { url: 'predictor', valueCode: predictor.kind },
      { url: 'base', valueDecimal: rounded(variants.base) },
      { url: 'fair', valueDecimal: rounded(variants.fair) },
      { url: 'shift', valueDecimal: rounded(shift) },
      { url: 'bankVersion', valueString: bankVersion },
      ...cases.map(retrievedExtension)
    ]
  }
}

const retrievedExtension = ({ case: one, similarity, demographic }: RetrievedCase): Extension => ({
  url: 'retrieved',
  extension: [
    { url: 'id', valueString: one.id },
    { url: 'similarity', valueDecimal: rounded(similarity) },
    { url: 'demographicScore', valueDecimal: demographic },
    { url: 'died', valueBoolean: one.died === 1 },
    { url: 'predicted', valueDecimal: one.predicted },
    { url: 'selectedFor', valueCode: one.bias }
  ]
})

function rounding(performance: NonNullable<Scored['performance']>): NonNullable<Scored['performance']> {
  const { data, ...figures } = performance
  const short = Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [name, rounded(value)])
  ) as typeof figures
  return data === undefined ? short : { ...short, data }
}
