import { simulateEcg } from '../../../server/demo/simulate/ecg.ts'

import { admission, minutes, type Person } from './hospital.ts'

export const RATE_HZ = 500
/** Microvolts a step: fine enough for every wave, and 32 V fit. */
export const SCALE_UV = 1

export interface HeldBy extends Person {
  family: string
  birthDate: string
}

/** Lead I of a simulated person, in steps. */
export function leadOne(seconds: number, { seed = 1, potassium = 4.2, rateHz = RATE_HZ } = {}): Int16Array {
  const [lead] = simulateEcg({ seed, seconds, potassium, rateHz }).samples
  return Int16Array.from(lead!, (mv) => Math.round((mv * 1000) / SCALE_UV))
}

export const held = ({ mrn, family, birthDate }: HeldBy) => ({
  identifier: { value: mrn, authority: 'HOSP' },
  family,
  birthDate: `${birthDate.slice(0, 4)}-${birthDate.slice(4, 6)}-${birthDate.slice(6, 8)}`
})

export const helloOf = (person: HeldBy | undefined, more: object = {}) => ({
  type: 'hello',
  signal: 'ecg',
  lead: 'I',
  rateHz: RATE_HZ,
  scaleUv: SCALE_UV,
  source: 'device',
  ...(person ? { patient: held(person) } : {}),
  ...more
})

/** An A01 that makes the person known. */
export const known = (person: HeldBy, at: Date) =>
  admission({ ...person, controlId: `A-${person.mrn}`, at, visit: `V-${person.mrn}`, admittedAt: minutes(at, -60) })
