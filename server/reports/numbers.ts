/** A figure as people read it: three decimals below ten. `shown(0.8125)` = '0.813', `shown(null)` = '-' */
export const shown = (value: number | null): string =>
  value === null ? '-' : value.toFixed(Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 3)

/** `interval([0.7, 0.8])` = '0.700 to 0.800'; '' where there is none. */
export const interval = ([low, high]: readonly [number | null, number | null]): string =>
  low === null || high === null ? '' : `${shown(low)} to ${shown(high)}`

/** A count, or that it is hidden. */
export const count = (n: number | null): string =>
  n === null ? 'hidden' : n.toLocaleString('en-GB').replaceAll(',', '\u202f')

/** Undefined numbers as JSON, CSV and FHIR have them. */
export const known = (value: number): number | null => (Number.isFinite(value) ? value : null)
