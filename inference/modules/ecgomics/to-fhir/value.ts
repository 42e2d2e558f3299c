import type {
  Extension,
  Observation,
  ObservationComponent,
  ObservationReferenceRange,
  Quantity
} from '@medplum/fhirtypes'
import { concept, EXTENSION, INTERPRETATION, refusedObservation } from '../../../../fhir-profiles/index.ts'
import { definitionOf } from '../features/catalogue.ts'
import { referenceInterval } from '../reference-interval.ts'
import type { FeatureValue } from '../types.ts'
import { ucum } from './codes.ts'

export interface Person {
  sex?: string
  age?: number
}

type Valued = Pick<
  ObservationComponent,
  'valueQuantity' | 'valueString' | 'dataAbsentReason' | 'extension' | 'referenceRange' | 'interpretation'
>

/**
 * What an Observation or a component says of a feature: its quantity with interval and reference range, its word, or why
 * there is neither.
 */
export function valued(feature: FeatureValue, person: Person): Valued {
  if (feature.absent) {
    const { dataAbsentReason, extension } = refusedObservation(feature.absent)
    return { dataAbsentReason, extension }
  }
  if (feature.category !== undefined) return { valueString: feature.category }
  return {
    valueQuantity: quantityOf(feature.id, feature.value!),
    ...(feature.confidence ? { extension: [intervalExtension(feature.id, feature.confidence)] } : {}),
    ...rangeOf(feature, person)
  }
}

/** Rounded as the catalogue says: no digit that the measurement cannot mean. */
export const quantityOf = (id: string, value: number): Quantity => ucum(shown(id, value), definitionOf(id).unit)

/** A value with the catalogue's decimals; never '-0'. */
export function shown(id: string, value: number): number {
  const factor = 10 ** definitionOf(id).decimals
  return Math.round(value * factor) / factor + 0
}

const intervalExtension = (id: string, { low, high, n }: NonNullable<FeatureValue['confidence']>): Extension => ({
  url: EXTENSION.bootstrapInterval,
  extension: [
    { url: 'low', valueDecimal: shown(id, low) },
    { url: 'high', valueDecimal: shown(id, high) },
    { url: 'n', valueInteger: n }
  ]
})

function rangeOf({ id, value }: FeatureValue, person: Person): Pick<Observation, 'referenceRange' | 'interpretation'> {
  const interval = referenceInterval(id, person)
  if (!interval) return {}
  const { unit } = definitionOf(id)
  const { low, high, source, sex, n } = interval
  const range: ObservationReferenceRange = {
    ...(low === undefined ? {} : { low: ucum(low, unit) }),
    ...(high === undefined ? {} : { high: ucum(high, unit) }),
    text: [sex ? `${sex}, ` : '', 'adults; ', source, n === undefined ? '' : `; n = ${n}`].join('')
  }
  const isLow = low !== undefined && value! < low
  const isHigh = high !== undefined && value! > high
  const { normal, low: below, high: above } = INTERPRETATION
  return { referenceRange: [range], interpretation: [concept(isLow ? below : isHigh ? above : normal)] }
}
