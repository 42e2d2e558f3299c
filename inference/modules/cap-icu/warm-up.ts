import type { CapIcuInput } from './types.ts'

/** Variable and value of a stay of nobody, once in the first and once in a later hour; never stored. */
const VALUES: readonly [variable: string, value: number][] = [
  ['gcs', 11],
  ['lactate', 2.4],
  ['oxygen-saturation', 96],
  ['mean-arterial-pressure', 72],
  ['creatinine', 1.3],
  ['platelets', 210],
  ['white-cells', 11],
  ['urine', 180],
  ['respiratory-rate', 19],
  ['heart-rate', 88],
  ['temperature', 36.9],
  ['bun', 24],
  ['sodium', 138],
  ['bicarbonate', 23]
]

/** The whole path once, so that the first stay does not wait for code to be compiled. */
export const warmUp = (): CapIcuInput => ({
  moment: '24h',
  windowHours: 24,
  age: 64,
  sex: 'female',
  unitKind: 'medical',
  values: VALUES.flatMap(([variable, value]) => [1, 13].map((hours) => ({ variable, hours, value })))
})
