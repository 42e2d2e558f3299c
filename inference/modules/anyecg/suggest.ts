import type { Resource } from '@medplum/fhirtypes'
import type { Suggestion, Suggestions } from '../../../core/suggestion.ts'
import { HIS, hasCoding } from '../../../fhir-profiles/index.ts'
import { settingsOf } from './policy.ts'
import { shippedConditions } from './shipped-conditions.ts'
import { keyOfOutcome, METHOD } from './to-fhir/codes.ts'
import { localCode } from './to-fhir/local-code.ts'

/** How a rationale says that the record knows the condition already (explain.ts). */
const RECORDED = 'Already recorded.'

/**
 * The cheap tests that would confirm what is raised and not yet recorded, as one proposal of a profile; off unless the site sets
 * `proposals`. Tests are named in words, since no public code of them was verified.
 */
export const suggestions: Suggestions = {
  isOn: (policy) => settingsOf(policy).proposals,
  // A profile calls for what it says; nothing else brings or ends it.
  reasons: async () => [],
  of: async (reason) => suggestedBy(reason)
}

function suggestedBy(reason: Resource): Suggestion[] {
  if (reason.resourceType !== 'RiskAssessment' || !hasCoding({ coding: reason.method?.coding }, METHOD)) return []
  if (['cancelled', 'entered-in-error'].includes(reason.status)) return []
  const tests = new Map(shippedConditions().map(({ key, test }) => [localCode(key), test]))
  const named = (reason.prediction ?? []).flatMap(({ outcome, qualitativeRisk, whenRange, rationale }) => {
    const test = tests.get(keyOfOutcome(outcome) ?? '')
    const isNews = whenRange?.high?.value === 0 && !rationale?.includes(RECORDED)
    return test && isNews && hasCoding(qualitativeRisk, HIS['condition-raised']) ? [`${test} (${outcome?.text})`] : []
  })
  if (named.length === 0) return []
  return [
    {
      code: { coding: [{ ...HIS['confirmatory-test'] }], text: named.join('; ') },
      priority: 'routine',
      text: `Raised against people of the same age and sex on one ECG, and not in the record. Would confirm: ${named.join('; ')}.`
    }
  ]
}
