/** Millivolts in one of each unit: UCUM and common spellings, and the names of ISO 11073-10101 units. */
const MILLIVOLTS: Readonly<Record<string, number>> = {
  v: 1000,
  volt: 1000,
  mdc_dim_volt: 1000,
  mv: 1,
  millivolt: 1,
  mdc_dim_milli_volt: 1,
  uv: 1e-3,
  microvolt: 1e-3,
  mdc_dim_micro_volt: 1e-3,
  nv: 1e-6,
  nanovolt: 1e-6,
  mdc_dim_nano_volt: 1e-6
}

/** Millivolts in one unit, by the first name that is in the table; undefined: not a voltage, never defaulted. */
export function millivoltsPer(...names: string[]): number | undefined {
  for (const name of names) {
    const folded = name.trim().replaceAll(/[µμ]/g, 'u').toLowerCase()
    if (Object.hasOwn(MILLIVOLTS, folded)) return MILLIVOLTS[folded]
  }
  return undefined
}
