import type { Observation } from '@medplum/fhirtypes'
import type { ResultContext } from '../../../../core/inference-module.ts'
import { concept, EXTENSION, HIS, PROFILE } from '../../../../fhir-profiles/index.ts'
import type { EcgQuality } from '../types.ts'
import { measurement } from './about.ts'
import { leadCoding, ours } from './codes.ts'

/** The verdict on the signal with its reasons, of the recording and of each lead. */
export function qualityObservation(
  { verdict, reasons, leads }: EcgQuality,
  context: ResultContext
): Observation & { id: string } {
  return {
    ...measurement(context, 'quality'),
    meta: { profile: [PROFILE.observation] },
    extension: [
      { url: EXTENSION.noConfidenceReason, valueString: 'A rule on the samples; no confidence is computed.' }
    ],
    code: concept(HIS['ecg-signal-quality']),
    valueCodeableConcept: concept(HIS[verdict]),
    ...interpretation(reasons),
    component: leads.map((lead) => {
      const named = leadCoding(lead.name)
      return {
        code: named ? { ...concept(named), text: lead.name } : { text: lead.name },
        valueCodeableConcept: concept(HIS[lead.verdict]),
        ...interpretation(lead.reasons)
      }
    })
  }
}

const interpretation = (reasons: readonly string[]): Pick<Observation, 'interpretation'> =>
  reasons.length > 0 ? { interpretation: reasons.map((reason) => concept(ours(reason))) } : {}
