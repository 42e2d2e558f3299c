import { SYSTEM } from './systems.ts'

/** UCUM units that are emitted, each with what a person reads (codes.md sections 1, 2, 4 and 5). */
export const UCUM = Object.freeze({
  one: '1',
  percent: '%',
  millimolePerLitre: 'mmol/L',
  milliequivalentPerLitre: 'meq/L',
  milligramPerDecilitre: 'mg/dL',
  perMinute: '/min',
  millisecond: 'ms',
  second: 's',
  minute: 'min',
  hour: 'h',
  year: 'a',
  millivolt: 'mV',
  microvolt: 'uV',
  nanovolt: 'nV',
  hertz: 'Hz',
  degree: 'deg',
  millilitre: 'mL',
  millilitrePerSquareMetre: 'mL/m2',
  litre: 'L',
  litrePerMinute: 'L/min',
  litrePerSecond: 'L/s',
  gram: 'g',
  eventsPerHour: '{events}/h'
} as const)

export type UcumUnit = (typeof UCUM)[keyof typeof UCUM]

/** A FHIR Quantity; value in `unit`, finite. */
export function quantity(value: number, unit: UcumUnit): { value: number; unit: string; system: string; code: string } {
  return { value, unit, system: SYSTEM.ucum, code: unit }
}
