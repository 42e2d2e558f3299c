import type { Observation } from '@medplum/fhirtypes'
import type { ResultContext } from '../../../../core/inference-module.ts'
import { concept, HIS, PROFILE } from '../../../../fhir-profiles/index.ts'
import { definitionOf } from '../features/catalogue.ts'
import type { EcgChange, EcgMeasurement } from '../types.ts'
import { measurement, tracings } from './about.ts'
import { featureCodings, leadCoding, localCoding, ucum } from './codes.ts'
import { quantityOf } from './value.ts'

/**
 * HisBundleEcgChange for each quantity of the recording, and for each lead-wise one that changed; those of leads that did not
 * change are too many to be of use.
 */
export function changes(
  { changes: found }: Pick<EcgMeasurement, 'changes'>,
  context: ResultContext
): (Observation & { id: string })[] {
  // Without the earlier tracing among the inputs there is nothing to derive a change from.
  if (tracings(context).length < 2) return []
  return (found?.features ?? [])
    .filter(({ lead, verdict }) => lead === undefined || verdict === 'changed')
    .map((change) => changeOf(change, context))
}

function changeOf(change: EcgChange, context: ResultContext): Observation & { id: string } {
  const { id, lead, withinPerson } = change
  const definition = definitionOf(id)
  const named = lead === undefined ? undefined : leadCoding(lead)
  // Exact numbers decide; rounded for the reader they must not say otherwise.
  const [delta, referenceChange] = agreeing(change)
  return {
    ...measurement(context, `change.${id}${lead ? `.${lead}` : ''}`),
    meta: { profile: [PROFILE.ecgChange] },
    code: {
      coding: lead === undefined ? featureCodings(definition) : [...(named ? [named] : []), localCoding(id)],
      text: `Change of ${definition.name}${lead ? `, ${lead}` : ''}`
    },
    valueQuantity: ucum(delta, definition.unit),
    interpretation: [concept(HIS[change.verdict === 'changed' ? 'ecg-changed' : 'ecg-not-changed'])],
    derivedFrom: tracings(context),
    component: [
      { code: concept(HIS['reference-change-value']), valueQuantity: ucum(referenceChange, definition.unit) },
      { code: concept(HIS['earlier-value']), valueQuantity: quantityOf(id, change.earlier) }
    ],
    note: [
      {
        text: `Within-person standard deviation ${fixed(withinPerson.sd, definition.decimals + 1)} ${definition.unit}, n = ${withinPerson.n} (${withinPerson.source}).`
      }
    ]
  }
}

/** Both with as many digits as it takes for their comparison to be the verdict. */
function agreeing({ id, delta, referenceChange, verdict }: EcgChange): [number, number] {
  for (let digits = definitionOf(id).decimals + 1; digits < 15; digits++) {
    const [shortDelta, shortLimit] = [fixed(delta, digits), fixed(referenceChange, digits)]
    if (Math.abs(shortDelta) > shortLimit === (verdict === 'changed')) return [shortDelta, shortLimit]
  }
  return [delta, referenceChange]
}

const fixed = (value: number, digits: number): number => Math.round(value * 10 ** digits) / 10 ** digits + 0
