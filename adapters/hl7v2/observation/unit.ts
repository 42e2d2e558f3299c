import type { Quantity } from '@medplum/fhirtypes'
import { SYSTEM } from '../../../fhir-profiles/index.ts'
import { sent } from '../claims/identifiers.ts'
import type { Hl7Segment } from '../message.ts'
import type { MessageContext } from './message-context.ts'

/** OBX-6 as sent (lower case, blanks out) to UCUM. What is not here and not in the site's table is not guessed. */
const UNITS: Readonly<Record<string, string>> = {
  'mmol/l': 'mmol/L',
  'meq/l': 'meq/L',
  'umol/l': 'umol/L',
  'nmol/l': 'nmol/L',
  'pmol/l': 'pmol/L',
  'mg/dl': 'mg/dL',
  'g/dl': 'g/dL',
  'g/l': 'g/L',
  'mg/l': 'mg/L',
  'ug/l': 'ug/L',
  'ng/l': 'ng/L',
  'ng/ml': 'ng/mL',
  'pg/ml': 'pg/mL',
  'u/l': 'U/L',
  '%': '%',
  fl: 'fL',
  pg: 'pg',
  ms: 'ms',
  msec: 'ms',
  s: 's',
  mv: 'mV',
  uv: 'uV',
  mmhg: 'mm[Hg]',
  'mm[hg]': 'mm[Hg]',
  bpm: '/min',
  '/min': '/min',
  'beats/min': '/min',
  'ml/min/1.73m2': 'mL/min/{1.73_m2}',
  '10*3/ul': '10*3/uL',
  '10*6/ul': '10*6/uL',
  '10*9/l': '10*9/L',
  '10*12/l': '10*12/L',
  // Intensive care: temperature, volume, counts, scores and rates as monitors and charts write them.
  cel: 'Cel',
  c: 'Cel',
  '°c': 'Cel',
  degc: 'Cel',
  '[degf]': '[degF]',
  degf: '[degF]',
  '°f': '[degF]',
  l: 'L',
  ml: 'mL',
  kpa: 'kPa',
  '[ph]': '[pH]',
  ph: '[pH]',
  '{score}': '{score}',
  '{fraction}': '{fraction}',
  'l/l': 'L/L',
  'breaths/min': '/min',
  '{breaths}/min': '/min',
  '{beats}/min': '/min',
  '1/min': '/min',
  'iu/l': '[IU]/L',
  '[iu]/l': '[IU]/L',
  'k/ul': '10*3/uL',
  'x10e3/ul': '10*3/uL',
  '10^3/ul': '10*3/uL',
  '10e3/ul': '10*3/uL',
  'thou/ul': '10*3/uL',
  'x10e9/l': '10*9/L',
  '10^9/l': '10*9/L',
  '10e9/l': '10*9/L',
  cm: 'cm',
  mm: 'mm',
  kg: 'kg',
  g: 'g',
  deg: 'deg'
}

export type Unit = { kind: 'ucum'; code: string } | { kind: 'empty' } | { kind: 'unknown'; text: string }

/** The unit of an OBX-6 (CE/CWE): the site's table, then ours, then a code that OBX-6 itself calls UCUM. */
export function unitOf(obx: Hl7Segment, { feed }: MessageContext): Unit {
  const text = sent(obx.get(6)) ?? sent(obx.get(6, 2))
  if (!text) return { kind: 'empty' }
  const site = feed.codeMap.units
  if (site && Object.hasOwn(site, text)) return { kind: 'ucum', code: site[text] ?? text }
  const folded = text.replaceAll(/\s/g, '').replaceAll(/[µμ]/g, 'u').toLowerCase()
  const known = Object.hasOwn(UNITS, folded) ? UNITS[folded] : undefined
  if (known) return { kind: 'ucum', code: known }
  if (obx.get(6, 3).trim().toUpperCase() === 'UCUM' && /^[!-~]{1,40}$/.test(text)) return { kind: 'ucum', code: text }
  return { kind: 'unknown', text }
}

/** A Quantity in that unit: a unit that is not mapped stays as words without code, an empty one stays empty. */
export function quantityIn(value: number, comparator: Quantity['comparator'], unit: Unit): Quantity {
  return {
    value,
    ...(comparator ? { comparator } : {}),
    ...(unit.kind === 'ucum' ? { unit: unit.code, system: SYSTEM.ucum, code: unit.code } : {}),
    ...(unit.kind === 'unknown' ? { unit: unit.text } : {})
  }
}
