import type { Condition } from '@medplum/fhirtypes'
import { AppError } from '../../../core/errors/app-error.ts'
import type { RecordReader } from '../../../core/record.ts'
import { isStanding } from '../../record/condition.ts'
import type { Ecg } from '../../record/ecg.ts'
import { versioned } from '../../record/reading.ts'

/** ICD-10 I44.7, I45.1 to I45.4: bundle branch, bifascicular, trifascicular and intraventricular block. */
const ICD_10 = 'http://hl7.org/fhir/sid/icd-10'
const DEFAULT_CODES = ['I44.7', 'I45.1', 'I45.2', 'I45.3', 'I45.4'].map((code) => `${ICD_10}|${code}`)
/** Conditions of these codes that one person has. */
const COUNT = 20

/**
 * The site's codes ('system|code') of conditions that widen the QRS. The policy's list takes the place of the default.
 * @throws AppError CONFIG_INVALID when the list holds what is no such text
 */
export function wideQrsCodes(policy: Record<string, unknown>): readonly string[] {
  const codes = policy['wideQrsConditions'] ?? DEFAULT_CODES
  const isToken = (code: unknown): code is string => typeof code === 'string' && /^[^\s|,&]+\|[^\s|,&]+$/.test(code)
  if (!Array.isArray(codes) || !codes.every(isToken)) {
    throw new AppError('CONFIG_INVALID', { at: 'policy.wideQrsConditions' })
  }
  return codes
}

/**
 * A condition of the record that explains a wide QRS (specs 02 section 2: `qrs-wide-preexisting` is a reservation, no refusal):
 * recorded before the tracing, not refuted and not resolved. Onset is what counts, else when it was recorded.
 *
 * @returns versioned reference for the basis, of several the first by id; undefined when the record holds none
 */
export async function knownWideQrs(
  { patient, acquiredAt }: Ecg,
  record: RecordReader,
  codes: readonly string[]
): Promise<string | undefined> {
  if (codes.length === 0 || !acquiredAt) return undefined
  const query = `Condition?patient=${patient}&code=${codes.join(',')}&_count=${COUNT}`
  const known = (await record.search<Condition>(query))
    .filter((condition) => isStanding(condition) && isBefore(condition, acquiredAt))
    .sort((a, b) => (a.id! < b.id! ? -1 : 1))
  return known[0] && versioned(known[0])
}

const isBefore = ({ onsetDateTime, recordedDate, meta }: Condition, acquiredAt: string): boolean =>
  Date.parse(onsetDateTime ?? recordedDate ?? meta?.lastUpdated ?? '') < Date.parse(acquiredAt)
