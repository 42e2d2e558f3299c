import { AppError } from '../../../core/errors/app-error.ts'
import { leadByNumber } from '../../../fhir-profiles/index.ts'

/**
 * Names of lead codes 1-78 (EN 1064 Annex A, table of lead identification); 'd' marks a derived lead. Of the twelve leads the
 * code is the lead number of ISO 11073-10101; the others are kept by name, as in every ECG format here (adapters/ecg).
 */
const NAMES: readonly string[] = [
  ...['I', 'II', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6', 'V7', 'V2R', 'V3R', 'V4R', 'V5R', 'V6R', 'V7R'],
  ...['X', 'Y', 'Z', 'CC5', 'CM5', 'LA', 'RA', 'LL', 'fI', 'fE', 'fC', 'fA', 'fM', 'fF', 'fH'],
  ...['dI', 'dII', 'dV1', 'dV2', 'dV3', 'dV4', 'dV5', 'dV6', 'dV7', 'dV2R', 'dV3R', 'dV4R', 'dV5R', 'dV6R', 'dV7R'],
  ...['dX', 'dY', 'dZ', 'dCC5', 'dCM5', 'dLA', 'dRA', 'dLL', 'dfI', 'dfE', 'dfC', 'dfA', 'dfM', 'dfF', 'dfH'],
  ...['III', 'aVR', 'aVL', 'aVF', '-aVR', 'V8', 'V9', 'V8R', 'V9R', 'D', 'A', 'J'],
  ...['defibrillator', 'pacing', 'A1', 'A2', 'A3', 'A4']
]

const UNSPECIFIED = 0

/**
 * The lead of a code. Code 0 says that the lead is not specified: the channel keeps its number for a name and has no lead.
 * @throws AppError LEAD_UNKNOWN for a code outside of the table
 */
export function leadOfCode(code: number, channel: number): { name: string; mdc?: number; derived?: boolean } {
  if (code === UNSPECIFIED) return { name: `channel ${channel}` }
  const name = NAMES[code - 1]
  if (name === undefined) throw new AppError('LEAD_UNKNOWN', { at: `section 3 lead ${channel}` })
  const known = leadByNumber(code)
  const isDerived = /^d[A-Zf]/.test(name)
  return { name: known?.name ?? name, ...(known ? { mdc: code } : {}), ...(isDerived ? { derived: true } : {}) }
}
