import { AppError } from '../../core/errors/app-error.ts'
import { ownValue } from '../../core/own-value.ts'

/** UCUM units of electric potential: how many of them make one millivolt. */
const PER_MILLIVOLT: Record<string, number> = { V: 1e-3, mV: 1, uV: 1e3, nV: 1e6 }

/** Divisor from the unit of (003A,0211) to mV. @throws AppError UNIT_UNKNOWN */
export function perMillivolt(unit: string | undefined, at: string): number {
  // U+00B5 and U+03BC, the two micro signs, are how some writers spell 'u'.
  const divisor = ownValue(PER_MILLIVOLT, (unit ?? '').replace(/^[\u00b5\u03bc]/, 'u'))
  if (divisor === undefined) throw new AppError('UNIT_UNKNOWN', { at })
  return divisor
}
