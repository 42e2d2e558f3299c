/** A figure as people read it: three decimals below ten; '-' where there is none. `shown(0.8125)` = '0.813' */
export const shown = (value: number | null): string => {
  const finite = known(value)
  if (finite === null) return '-'
  return finite.toFixed(Math.abs(finite) >= 100 ? 0 : Math.abs(finite) >= 10 ? 1 : 3)
}

/** `interval([0.7, 0.8])` = '0.700 to 0.800'; '' where there is none. */
export const interval = ([low, high]: readonly [number | null, number | null]): string =>
  known(low) === null || known(high) === null ? '' : `${shown(low)} to ${shown(high)}`

/** A count, or that it is hidden. */
export const count = (n: number | null): string =>
  n === null ? 'hidden' : n.toLocaleString('en-GB').replaceAll(',', '\u202f')

/** Undefined numbers as JSON, CSV and FHIR have them. */
export const known = (value: number | null): number | null => (Number.isFinite(value) ? value : null)
