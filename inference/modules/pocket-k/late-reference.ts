import type { Observation } from '@medplum/fhirtypes'
import type { RecordReader } from '../../../core/record.ts'
import { type Ecg, ecgsOf } from '../../record/ecg.ts'
import { minutesFrom } from '../../record/times.ts'
import { readPotassium } from './reading.ts'
import { hasNormalPotassium } from './reference.ts'
import type { Timing } from './timing.ts'
import { around } from './triggers.ts'

/** The newest ones only: a night of strips is not made anew for one potassium. */
const MAX_CURRENT = 10
/** A device's clock may be this far ahead (rules section 3). */
const CLOCK_AHEAD_MINUTES = 5

/** What has arrived, when it arrived (ISO instant of the commit), and by which windows it is judged. */
export interface Arrived {
  arrivedAt: string
  timing: Timing
}

/**
 * What a potassium means for tracings of before and after it: laboratories answer an hour and more after collection, and by then
 * the next tracing may have its result.
 *
 * - `current`: tracings whose result still counts and which may now have another own reference, or have lost one.
 * - `vouched`: the tracings beside the potassium, if it says that none of them is a reference whatever other values say: results
 *   that were compared with one of them are wrong however old they are.
 */
export async function comparedLater(
  observation: Observation,
  record: RecordReader,
  { arrivedAt, timing }: Arrived
): Promise<{ current: Ecg[]; vouched: Ecg[] }> {
  const { collectedAt, isFinal, isHaemolysed, isNormal, value } = readPotassium(observation)
  const patient = observation.subject?.reference
  if (!patient || !collectedAt) return { current: [], vouched: [] }
  const current = await currentSince(patient, record, { instant: collectedAt, arrivedAt, timing })
  const isAgainst = isFinal && !isHaemolysed && value !== undefined && !isNormal
  // Most potassium values come within the hour or have no ECG beside them: they cost one query, or none.
  if (current.length === 0 && !isAgainst) return { current, vouched: [] }
  const beside = await ecgsOf(patient, record, { window: around(collectedAt, timing) })
  return { current: beside.length > 0 ? current : [], vouched: isAgainst ? beside : [] }
}

/** The same for a tracing that comes after younger ones, with the potassium of its hour already there. */
export async function comparedWithLate(ecg: Ecg, record: RecordReader, { arrivedAt, timing }: Arrived): Promise<Ecg[]> {
  if (!ecg.placed || !ecg.acquiredAt) return []
  const current = await currentSince(ecg.patient, record, { instant: ecg.acquiredAt, arrivedAt, timing })
  return current.length > 0 && (await hasNormalPotassium(ecg, record, timing)) ? current : []
}

/**
 * Tracings whose result still counts when something arrives (`lateReferenceMinutes`), and which are late enough for a reference
 * at that instant: it must lie more than the potassium window before them. A function of the record, not of the clock, so that
 * a replay finds the same ones.
 */
async function currentSince(
  patient: string,
  record: RecordReader,
  { instant, arrivedAt, timing }: Arrived & { instant: string }
): Promise<Ecg[]> {
  const soonest = minutesFrom(instant, timing.potassiumWindowMinutes)
  const oldest = minutesFrom(arrivedAt, -timing.lateReferenceMinutes)
  const from = Date.parse(soonest) > Date.parse(oldest) ? soonest : oldest
  if (timing.lateReferenceMinutes === 0 || Date.parse(from) > Date.parse(arrivedAt)) return []
  const to = minutesFrom(arrivedAt, CLOCK_AHEAD_MINUTES)
  return ecgsOf(patient, record, { window: { from, to }, count: MAX_CURRENT })
}
