import type { Observation, ObservationComponent } from '@medplum/fhirtypes'
import type { ResultContext } from '../../../../core/inference-module.ts'
import { ABSENT, type CodedConcept, concept, HIS, quantity, UCUM } from '../../../../fhir-profiles/index.ts'
import type { CapIcuFindings, Flip } from '../types.ts'
import { observation, rounded } from './about.ts'

/** Observation HisBundleCounterfactualFlip: one component for each attribute that was changed; undefined when none was. */
export function flipObservation(
  { flips }: Extract<CapIcuFindings, { kind: 'scored' }>,
  context: ResultContext
): (Observation & { id: string }) | undefined {
  if (flips.length === 0) return undefined
  return {
    ...observation(context, {
      role: 'flips',
      profile: 'counterfactualFlip',
      derivedFrom: [{ reference: `Observation/${context.id('inputs')}` }]
    }),
    code: { coding: [HIS['counterfactual-flip']] },
    component: flips.map(component)
  }
}

function component(flip: Flip): ObservationComponent {
  const code = concept(codeOf(flip))
  if (flip.change !== undefined) return { code, valueQuantity: quantity(rounded(flip.change), UCUM.one) }
  return { code, dataAbsentReason: { coding: [ABSENT.notApplicable, HIS['flip-not-informative']] } }
}

function codeOf({ attribute, from, to }: Flip): CodedConcept {
  switch (attribute) {
    case 'sex':
      return HIS['flip-sex']
    case 'race':
      return HIS['flip-race']
    case 'age':
      return Number(to) > Number(from) ? HIS['flip-age-older'] : HIS['flip-age-younger']
    default:
      return attribute satisfies never
  }
}
