import { ownValue } from '../../core/own-value.ts'

/** How many of each unit make one millivolt: UCUM and common spellings, and the names of ISO 11073-10101 units. */
const PER_MILLIVOLT: Readonly<Record<string, number>> = {
  v: 1e-3,
  volt: 1e-3,
  volts: 1e-3,
  mdc_dim_volt: 1e-3,
  mv: 1,
  millivolt: 1,
  millivolts: 1,
  mdc_dim_milli_volt: 1,
  uv: 1e3,
  microvolt: 1e3,
  microvolts: 1e3,
  mdc_dim_micro_volt: 1e3,
  nv: 1e6,
  nanovolt: 1e6,
  nanovolts: 1e6,
  mdc_dim_nano_volt: 1e6
}

/**
 * Units in one millivolt, by the first name that is in the table; undefined: not a voltage, never defaulted. Values are
 * divided by it, so that 2.5 uV steps give the same doubles from every container.
 */
export function perMillivolt(...names: (string | undefined)[]): number | undefined {
  for (const name of names) {
    const folded = name
      ?.trim()
      .replaceAll(/[\u00b5\u03bc]/g, 'u')
      .toLowerCase()
    const divisor = folded === undefined ? undefined : ownValue(PER_MILLIVOLT, folded)
    if (divisor !== undefined) return divisor
  }
  return undefined
}

/** Millivolts in one unit, by the first name that is in the table; undefined: not a voltage, never defaulted. */
export function millivoltsPer(...names: string[]): number | undefined {
  const divisor = perMillivolt(...names)
  return divisor === undefined ? undefined : 1 / divisor
}
