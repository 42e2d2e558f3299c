import type { Observation, ObservationComponent } from '@medplum/fhirtypes'
import type { ResultContext } from '../../../../core/inference-module.ts'
import { CATEGORY, concept } from '../../../../fhir-profiles/index.ts'
import { definitionOf } from '../features/catalogue.ts'
import { type AbsentReason, DIMENSIONS, type EcgMeasurement, type FeatureValue } from '../types.ts'
import { measurement } from './about.ts'
import { FORMULA, featureCodings, LEAD_GROUPS, leadCoding, localCoding, OWN, ours } from './codes.ts'
import { type Person, valued } from './value.ts'

/** Reasons that hold for a whole class of features because the recording is what it is. */
const BY_NATURE: readonly (AbsentReason | undefined)[] = [
  'too-short',
  'beats-too-few',
  'bandwidth-too-low',
  'rate-too-low'
]

/**
 * The measurements as Observations (HisBundleEcgMeasurement): rate, intervals and axes each by itself; amplitudes, ST levels
 * and durations of the leads in one Observation each, with a component for each lead; all other features of the recording in
 * one Observation a dimension.
 *
 * In the table only, since every component costs the store as much as a small resource: further features of single leads,
 * bootstrap intervals of lead-wise values, and what no recording of this length and rate can give.
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
      features.filter(
        ({ id, lead, absent }) =>
          lead === undefined && !isOwn(id) && definitionOf(id).dimension === dimension && !BY_NATURE.includes(absent)
      ),
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
    component: features.map((feature) => ({ code: componentCode(feature), ...valued(shortened(feature), person) }))
  }
}

/** A lead-wise value without its interval. */
function shortened(feature: FeatureValue): FeatureValue {
  if (feature.lead === undefined) return feature
  const { confidence: _inTable, ...rest } = feature
  return rest
}

/** A lead-wise value names its lead first (MDC), then the quantity; both together say what it is. */
function componentCode({ id, lead }: FeatureValue): ObservationComponent['code'] {
  const definition = definitionOf(id)
  if (lead === undefined) return { coding: featureCodings(definition), text: definition.name }
  const named = leadCoding(lead)
  return { coding: [...(named ? [named] : []), localCoding(id)], text: `${definition.name}, ${lead}` }
}
