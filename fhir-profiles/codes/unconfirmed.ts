import { SYSTEM } from './systems.ts'

/**
 * Codes in state '?' (codes.md): only the check digit was recomputed, or the meaning is from general knowledge. They are
 * kept as data so that a test can prove that none is emitted; a site may accept them on input by its own code map.
 */
export interface UnconfirmedCode {
  system: string
  code: string
  /** What lists call it, or why it is here. */
  claimed: string
  /** True where broad lists mix in urine, dialysate or body fluid: never a trigger, not even by configuration. */
  neverTrigger?: boolean
}

const loinc = (claimed: string, ...codes: string[]): UnconfirmedCode[] =>
  codes.map((code) => ({ system: SYSTEM.loinc, code, claimed }))

export const UNCONFIRMED: readonly UnconfirmedCode[] = Object.freeze([
  ...loinc('potassium, further codes in hospital lists', '39790-1', '41656-0', '75940-7', '77142-8'),
  ...loinc(
    'potassium, specimen or kind unknown',
    '2824-1',
    '29349-8',
    '51618-7',
    '82722-0',
    '12812-4',
    '12813-2',
    '42569-4',
    '86919-8'
  ).map((row) => ({ ...row, neverTrigger: true })),
  ...loinc('PR interval', '8625-6'),
  ...loinc('PEF by peak-flow meter', '19935-6'),
  ...['negligible', 'low', 'moderate', 'high', 'certain'].map((code) => ({
    system: 'http://terminology.hl7.org/CodeSystem/risk-probability',
    code,
    claimed: 'qualitative risk'
  }))
])

/** Codes printed in public dictionaries that fail their check digit, with the right one (codes.md). For tests of the check. */
export const KNOWN_MISPRINTS: readonly { wrong: string; right: string }[] = Object.freeze([
  { wrong: '11524-0', right: '11524-6' },
  { wrong: '8601-0', right: '8601-7' },
  { wrong: '18844-9', right: '18844-1' },
  { wrong: '8821-3', right: '8821-1' },
  { wrong: '8823-9', right: '8823-7' }
])
