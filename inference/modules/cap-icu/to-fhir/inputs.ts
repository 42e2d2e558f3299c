import type { Observation, ObservationComponent } from '@medplum/fhirtypes'
import type { ResultContext } from '../../../../core/inference-module.ts'
import {
  ABSENT,
  type CodedConcept,
  concept,
  HIS,
  type HisCode,
  refusedObservation,
  SYSTEM
} from '../../../../fhir-profiles/index.ts'
import { featureCode, unitOf, variableOf } from '../feature-names.ts'
import type { CapIcuFindings } from '../types.ts'
import { observation, observedBasis } from './about.ts'

type Scored = Extract<CapIcuFindings, { kind: 'scored' }>

const WHY_UNUSED: Readonly<Record<Scored['unused'][number]['reason'], string>> = {
  'unit-unknown': 'unit-unknown',
  implausible: 'value-implausible',
  retracted: 'input-retracted',
  haemolysed: 'value-unreliable'
}

/** Observation HisBundleIcuInputs: each column of the model with its value and unit, or why it has none. */
export function inputsObservation(found: Scored, context: ResultContext): Observation & { id: string } {
  return {
    ...observation(context, { role: 'inputs', profile: 'icuInputs', derivedFrom: observedBasis(context) }),
    code: { coding: [HIS['icu-inputs']] },
    component: Object.entries(found.features).map(([feature, value]) => component(feature, value, found))
  }
}

function component(feature: string, value: number | null, { unused }: Scored): ObservationComponent {
  const coding = codingOf(feature)
  const code = { ...(coding ? { coding: [coding] } : {}), text: feature }
  if (value !== null) {
    const unit = unitOf(feature)
    return { code, valueQuantity: { value: shortened(value), unit, system: SYSTEM.ucum, code: unit } }
  }
  const reason = unused.find(({ variable }) => variable === variableOf(feature))?.reason
  if (!reason) return { code, dataAbsentReason: concept(ABSENT.unknown) }
  const { dataAbsentReason, extension } = refusedObservation(WHY_UNUSED[reason])
  return { code, dataAbsentReason, extension }
}

/** A column of a site's own model has its name only. */
function codingOf(feature: string): CodedConcept | undefined {
  const code = featureCode(feature)
  return Object.hasOwn(HIS, code) ? HIS[code as HisCode] : undefined
}

/** Six significant digits, as good as the single precision that the model reads. */
const shortened = (value: number): number => Number(value.toPrecision(6))
