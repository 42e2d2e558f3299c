import type { Quantity } from '@medplum/fhirtypes'
import { ownValue } from '../../../../core/own-value.ts'
import { SYSTEM } from '../../../../fhir-profiles/index.ts'
import type { Variable } from './variables.ts'

export type Converted =
  | { kind: 'value'; value: number; censored?: true }
  | { kind: 'unused'; reason: 'unit-unknown' | 'implausible' }

/** Scores and pH have no dimension: a missing unit can mean nothing else, and the plausible range still judges the number. */
const DIMENSIONLESS: readonly string[] = ['{score}', '[pH]']
/** UCUM writes these alike: annotations in braces say what is counted and change no number. */
const SAME_UNIT: Readonly<Record<string, string>> = {
  'mEq/L': 'meq/L',
  'mmol/l': 'mmol/L',
  'mg/dl': 'mg/dL',
  'g/dl': 'g/dL',
  'g/l': 'g/L',
  'umol/l': 'umol/L',
  'ng/ml': 'ng/mL',
  'ug/l': 'ug/L',
  'ng/l': 'ng/L',
  'pg/ml': 'pg/mL',
  'u/l': 'U/L',
  '[IU]/L': 'U/L',
  'K/uL': '10*3/uL',
  '10^3/uL': '10*3/uL',
  '10^9/L': '10*9/L',
  l: 'L',
  ml: 'mL'
}

/**
 * A quantity in the canonical unit of its variable, or why it is not used.
 *
 * The unit is the UCUM code; words in `unit` are never taken for one. A comparator (`<0.3`) is used at its bound and noted
 * `censored`.
 * @example convert({ value: 88.4, system: 'http://unitsofmeasure.org', code: 'umol/L' }, creatinine) // { kind: 'value', value: 1 }
 */
export function convert(quantity: Quantity, variable: Variable): Converted {
  const { value, comparator } = quantity
  if (value === undefined || !Number.isFinite(value)) return { kind: 'unused', reason: 'unit-unknown' }
  const canonical = inCanonicalUnit(value, unitOf(quantity), variable)
  if (canonical === undefined) return { kind: 'unused', reason: 'unit-unknown' }
  const [low, high] = variable.plausible
  if (canonical < low || canonical > high) return { kind: 'unused', reason: 'implausible' }
  return { kind: 'value', value: canonical, ...(comparator ? { censored: true } : {}) }
}

function unitOf({ system, code, unit }: Quantity): string | undefined {
  if (code !== undefined)
    return system === undefined || system === SYSTEM.ucum ? (ownValue(SAME_UNIT, code) ?? code) : ''
  return unit === undefined || unit.trim() === '' ? undefined : ''
}

function inCanonicalUnit(value: number, unit: string | undefined, variable: Variable): number | undefined {
  if (unit === undefined) return DIMENSIONLESS.includes(variable.unit) ? value : undefined
  if (unit === variable.unit) return value
  const rule = ownValue(variable.convert, unit)
  if (rule === undefined) return undefined
  // Six significant digits: what laboratories send has fewer, and 88.4 umol/L shall be 1 mg/dL on every machine.
  const exact = typeof rule === 'number' ? value * rule : value * rule.factor + rule.offset
  return Number(exact.toPrecision(6))
}
