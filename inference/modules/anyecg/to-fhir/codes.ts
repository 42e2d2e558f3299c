import type { CodeableConcept } from '@medplum/fhirtypes'
import { CODE_SYSTEM, HIS, type HisCode } from '../../../../fhir-profiles/index.ts'
import { marked } from '../explain.ts'
import type { ConditionLabel } from '../types.ts'
import { localCode } from './local-code.ts'

export const METHOD = HIS.anyecg

/**
 * What a label is called in a result: a verified public code first and alone, else ours. A label of a site's own model, which
 * his-bundle-concepts does not know, has the code of its model.json or its ICD-10 category, else words only. The text says
 * SIMULATED where the label is.
 */
export function outcomeOf(label: ConditionLabel): CodeableConcept {
  const local = localCode(label.key)
  const { coding, icd10, title } = label
  const ours = Object.hasOwn(HIS, local) ? HIS[local as HisCode] : undefined
  // A folder may not make up codes in our system.
  const isForeign = coding?.system !== undefined && coding.system !== CODE_SYSTEM.concepts
  const own = isForeign && coding.code ? coding : undefined
  const category = icd10 ? { system: ICD10, code: icd10, display: title } : undefined
  const codings = [own, ours ?? (own ? undefined : category)].filter((one) => one !== undefined)
  return {
    ...(codings.length > 0 ? { coding: codings.map((one) => ({ ...one })) } : {}),
    text: marked({ label }, title)
  }
}

const ICD10 = 'http://hl7.org/fhir/sid/icd-10'

/** Label keys of a stored outcome: our code, by which a later run knows it again. */
export const keyOfOutcome = (outcome: CodeableConcept | undefined): string | undefined =>
  outcome?.coding?.find(({ system, code }) => system === CODE_SYSTEM.concepts && code?.startsWith('anyecg-'))?.code
