import type { DiagnosticReport, Extension, Observation, RiskAssessmentPrediction } from '@medplum/fhirtypes'
import { AppError } from '../../core/errors/app-error.ts'
import { FHIR_EXTENSION } from '../codes/extensions.ts'
import { ABSENT } from '../codes/hl7.ts'
import { type CodedConcept, concept } from '../codes/table.ts'
import { type CodeOfKind, EXTENSION, HIS, HIS_KIND } from '../generated/constants.ts'

export type RefusalCode = CodeOfKind<'refusal'>

/** HL7's data-absent-reason of a refusal: four words for what our codes say exactly (specs README, section J). */
export type AbsentReason = 'unsupported' | 'error' | 'notPerformed' | 'notPermitted'

const ERRORS: readonly string[] = [
  'quality-unacceptable',
  'model-unavailable',
  'deadline-exceeded',
  'value-implausible'
]
const NOT_PERMITTED: readonly string[] = ['consent-not-permitted']
const NOT_PERFORMED: readonly string[] = [
  'patient-mismatch',
  'patient-unidentified',
  'input-retracted',
  'input-missing',
  'input-conflict',
  'order-cancelled',
  'clock-implausible',
  'too-early',
  'comfort-care',
  'encounter-merged'
]

export const isRefusalCode = (code: string): code is RefusalCode =>
  (HIS_KIND as Record<string, string>)[code] === 'refusal'

/** The coding of a refusal. @throws AppError FHIR_INVALID for a code that his-bundle-concepts does not know */
export function refusalCoding(code: string): CodedConcept {
  if (!isRefusalCode(code)) throw new AppError('FHIR_INVALID', { reason: 'refusal-code-unknown' })
  return HIS[code]
}

/** The HL7 word for a refusal: error (the signal or the run failed), not-permitted, not-performed, else unsupported. */
export function absentReasonOf(code: string): AbsentReason {
  if (ERRORS.includes(code)) return 'error'
  if (NOT_PERMITTED.includes(code)) return 'notPermitted'
  return NOT_PERFORMED.includes(code) ? 'notPerformed' : 'unsupported'
}

/**
 * A refused prediction: outcome, the data-absent-reason and refusal extensions on the prediction itself, and no
 * probability element (anything else breaks R4 invariant ras-2). The RiskAssessment's status is then `cancelled`.
 *
 * @param outcome what would have been predicted
 */
export function refusedPrediction(code: string, outcome: CodedConcept): RiskAssessmentPrediction {
  const refusal = refusalCoding(code)
  return {
    extension: [
      {
        url: FHIR_EXTENSION.dataAbsentReason,
        valueCode: ABSENT[absentReasonOf(code)].code
      },
      refusalExtension(refusal)
    ],
    outcome: concept(outcome),
    rationale: `No score: ${refusal.display}.`
  }
}

/** What makes an Observation a refusal: status, dataAbsentReason, the code. Spread it over one without a value. */
export function refusedObservation(code: string): Pick<Observation, 'status' | 'dataAbsentReason' | 'extension'> {
  return {
    status: 'cancelled',
    dataAbsentReason: concept(ABSENT[absentReasonOf(code)]),
    extension: [refusalExtension(refusalCoding(code))]
  }
}

/** What makes a DiagnosticReport a refusal: status, the reason in words, the code. */
export function refusedReport(code: string): Pick<DiagnosticReport, 'status' | 'conclusion' | 'extension'> {
  const refusal = refusalCoding(code)
  return { status: 'cancelled', conclusion: `No result: ${refusal.display}.`, extension: [refusalExtension(refusal)] }
}

/** The refusal code that a result carries (prediction, resource), or undefined. */
export function refusalOf(resource: {
  extension?: Extension[]
  prediction?: { extension?: Extension[] }[]
}): string | undefined {
  const holders = [resource, ...(resource.prediction ?? [])]
  return holders.flatMap((holder) => holder.extension ?? []).find((extension) => extension.url === EXTENSION.refusal)
    ?.valueCodeableConcept?.coding?.[0]?.code
}

const refusalExtension = (refusal: CodedConcept): Extension => ({
  url: EXTENSION.refusal,
  valueCodeableConcept: concept(refusal)
})
