import type { Observation, ObservationComponent } from '@medplum/fhirtypes'
import type { ResultContext } from '../../../../core/inference-module.ts'
import { CATEGORY, concept } from '../../../../fhir-profiles/index.ts'
import { definitionOf } from '../features/catalogue.ts'
import { DIMENSIONS, type EcgMeasurement, type FeatureValue } from '../types.ts'
import { measurement } from './about.ts'
import { FORMULA, featureCodings, LEAD_GROUPS, leadCoding, localCoding, OWN, ours } from './codes.ts'
import { type Person, valued } from './value.ts'

/**
 * The measurements as Observations (HisBundleEcgMeasurement): rate, intervals and axes each by itself; amplitudes, ST levels
 * and durations of the leads in one Observation each, with a component for each lead; all other features of the recording in
 * one Observation a dimension. Further features of single leads stand in the table only.
 */
export function measurements(
  { features }: Pick<EcgMeasurement, 'features'>,
  person: Person,
  context: ResultContext
): (Observation & { id: string })[] {
  const own = OWN.flatMap((id) => {
    const feature = features.find((one) => one.id === id)
    return feature ? [single(feature, person, context)] : []
  })
  const byLead = Object.entries(LEAD_GROUPS).map(([code, ids]) =>
    group(
      code,
      features.filter((feature) => feature.lead !== undefined && ids.includes(feature.id)),
      { person, context }
    )
  )
  const others = DIMENSIONS.map((dimension) =>
    group(
      `ecg-${dimension}-features`,
      features.filter(({ id, lead }) => lead === undefined && !isOwn(id) && definitionOf(id).dimension === dimension),
      { person, context }
    )
  )
  return [...own, ...[...byLead, ...others].filter(({ component }) => component.length > 0)]
}

const isOwn = (id: string): boolean => (OWN as readonly string[]).includes(id)

function single(feature: FeatureValue, person: Person, context: ResultContext): Observation & { id: string } {
  const definition = definitionOf(feature.id)
  const formula = FORMULA[feature.id]
  return {
    ...measurement(context, `feature.${feature.id}`),
    ...(feature.id === 'heart.rate' ? { category: [concept(CATEGORY.vitalSigns)] } : {}),
    code: { coding: featureCodings(definition), text: definition.name },
    ...valued(feature, person),
    ...(formula ? { method: concept(formula) } : {}),
    ...(feature.limited ? { note: [{ text: LIMITED }] } : {})
  }
}

const LIMITED = 'Measured on a signal of limited quality.'

function group(
  code: string,
  features: readonly FeatureValue[],
  { person, context }: { person: Person; context: ResultContext }
): Observation & { id: string; component: ObservationComponent[] } {
  return {
    ...measurement(context, `group.${code}`),
    code: concept(ours(code)),
    component: features.map((feature) => ({ code: componentCode(feature), ...valued(feature, person) }))
  }
}

/** A lead-wise value names its lead first (MDC), then the quantity; both together say what it is. */
function componentCode({ id, lead }: FeatureValue): ObservationComponent['code'] {
  const definition = definitionOf(id)
  if (lead === undefined) return { coding: featureCodings(definition), text: definition.name }
  const named = leadCoding(lead)
  return { coding: [...(named ? [named] : []), localCoding(id)], text: `${definition.name}, ${lead}` }
}
