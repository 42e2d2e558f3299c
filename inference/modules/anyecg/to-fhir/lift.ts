import type { Observation } from '@medplum/fhirtypes'
import type { ResultContext } from '../../../../core/inference-module.ts'
import { concept, EXTENSION, HIS, PROFILE, SYSTEM } from '../../../../fhir-profiles/index.ts'
import type { ProfileFindings } from '../types.ts'
import { about, acquiredAt, rounded, tracings } from './about.ts'
import { METHOD, outcomeOf } from './codes.ts'

const NO_CONFIDENCE = 'Counted in the training labels; no confidence is computed for this person.'

/** HisBundleComorbidityLift: pairs of shown conditions; none where fewer than two are shown, or the folder knows of no pair. */
export function comorbidityLift(
  { shown, lift }: ProfileFindings,
  context: ResultContext
): (Observation & { id: string })[] {
  const byKey = new Map(shown.map(({ key, label }) => [key, outcomeOf(label)]))
  const components = lift.flatMap(({ a, b, logOddsRatio }) => {
    const [one, other] = [byKey.get(a), byKey.get(b)]
    // Both conditions stand in the code: a pair of which one has words only cannot be coded.
    if (!one?.coding?.[0] || !other?.coding?.[0]) return []
    return [
      {
        code: { coding: [one.coding[0], other.coding[0]], text: `${one.text} with ${other.text}` },
        valueQuantity: { value: rounded(logOddsRatio), unit: '1', system: SYSTEM.ucum, code: '1' }
      }
    ]
  })
  if (components.length === 0) return []
  return [
    {
      resourceType: 'Observation',
      id: context.id('lift'),
      meta: { profile: [PROFILE.comorbidityLift] },
      extension: [{ url: EXTENSION.noConfidenceReason, valueString: NO_CONFIDENCE }],
      status: 'preliminary',
      code: concept(HIS['comorbidity-lift']),
      ...about(context),
      effectiveDateTime: acquiredAt(context),
      method: { coding: [METHOD] },
      derivedFrom: tracings(context).slice(0, 1),
      component: components
    }
  ]
}
