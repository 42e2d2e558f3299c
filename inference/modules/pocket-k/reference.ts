import type { Observation } from '@medplum/fhirtypes'
import type { RecordReader } from '../../../core/record.ts'
import { ageAt, type Ecg, ecgsOf } from '../../record/ecg.ts'
import { hasTag, statedPaced, versioned } from '../../record/reading.ts'
import { isInside, MINUTE_MS, minutesFrom } from '../../record/times.ts'
import { gate } from './gate.ts'
import { POTASSIUM_TOKENS, type Potassium, readPotassium } from './reading.ts'
import type { Timing } from './timing.ts'
import type { OwnReference } from './types.ts'

/** Specs 02 section 8: own reference tracing taken with a normal potassium within 1 h, at most 2 years old. */
const MAX_AGE_DAYS = 731
const DAY_MINUTES = 24 * 60
/** Potassium values looked at, the latest: a bound on the reading, years of most people. */
const MAX_VALUES = 500

/**
 * The patient's own tracing at a normal potassium, with which a new one is compared: the latest earlier one, at most two years
 * old, that the screen itself could be asked about and beside which (`potassiumWindowMinutes`) every final, not haemolysed
 * potassium was 3.5 to 5.0 mmol/L, and at least one was. Of several values the nearest in time is named.
 *
 * Tracing and potassium both lie more than the window before the new tracing: a value that may judge the result (closed loop)
 * or suppress its alert never helps to make it.
 *
 * @returns undefined where there is none, or the new tracing's time is not known
 */
export async function referenceFor(ecg: Ecg, record: RecordReader, timing: Timing): Promise<OwnReference | undefined> {
  if (!ecg.placed || !ecg.acquiredAt) return undefined
  const window = Math.ceil(timing.potassiumWindowMinutes)
  const latest = minutesFrom(ecg.acquiredAt, -window)
  const values = await normalAndOther(ecg.patient, record, {
    from: minutesFrom(ecg.acquiredAt, -MAX_AGE_DAYS * DAY_MINUTES - window),
    before: latest
  })
  if (!values.some((one) => one.isNormal)) return undefined
  const span = { from: minutesFrom(ecg.acquiredAt, -MAX_AGE_DAYS * DAY_MINUTES), to: latest }
  for (const earlier of (await ecgsOf(ecg.patient, record, { window: span })).toSorted(latestFirst)) {
    const potassium = earlier.placed && !earlier.refusal ? normalBeside(earlier.acquiredAt!, values, window) : undefined
    const lead = potassium && isBefore(earlier.acquiredAt!, latest) ? await leadOf(earlier, record) : undefined
    if (!potassium || !lead || earlier.identity.tracing === ecg.identity.tracing) continue
    return {
      ecg: versioned(earlier.observation),
      potassium: { reference: potassium.reference, value: potassium.value! },
      days: Math.floor((Date.parse(ecg.acquiredAt) - Date.parse(earlier.acquiredAt!)) / (DAY_MINUTES * MINUTE_MS)),
      lead
    }
  }
  return undefined
}

/** Does a potassium beside this tracing vouch for it, and none speak against it? */
export async function hasNormalPotassium({ patient, acquiredAt }: Ecg, record: RecordReader, timing: Timing) {
  const window = Math.ceil(timing.potassiumWindowMinutes)
  const values = await normalAndOther(patient, record, {
    from: minutesFrom(acquiredAt!, -window),
    // Exclusive, while the window is not.
    before: minutesFrom(acquiredAt!, window + 1)
  })
  return normalBeside(acquiredAt!, values, window) !== undefined
}

/** What else of the basis a reference brings: the tracing and its potassium, in this order. */
export const basisOfReference = (reference: OwnReference | undefined): string[] =>
  reference ? [reference.ecg, ...(reference.potassium ? [reference.potassium.reference] : [])] : []

/** Every usable value of the span, normal or not. */
async function normalAndOther(
  patient: string,
  record: RecordReader,
  { from, before }: { from: string; before: string }
): Promise<Potassium[]> {
  const query = `Observation?patient=${patient}&code=${POTASSIUM_TOKENS}&date=ge${from}&date=lt${before}&_sort=-date&_count=${MAX_VALUES}`
  return (await record.search<Observation>(query))
    .filter((observation) => !hasTag(observation, 'quarantine') && !hasTag(observation, 'patient-mismatch'))
    .map(readPotassium)
    .filter(
      ({ isFinal, isHaemolysed, value, collectedAt }) =>
        isFinal && !isHaemolysed && value !== undefined && collectedAt !== undefined && isBefore(collectedAt, before)
    )
}

function normalBeside(acquiredAt: string, values: readonly Potassium[], window: number): Potassium | undefined {
  const span = { from: minutesFrom(acquiredAt, -window), to: minutesFrom(acquiredAt, window) }
  const beside = values.filter(({ collectedAt }) => isInside(collectedAt!, span))
  // A high value in the same hour says that the normal one does not speak for the tracing.
  if (!beside.every((one) => one.isNormal)) return undefined
  const distance = ({ collectedAt }: Potassium) => Math.abs(Date.parse(collectedAt!) - Date.parse(acquiredAt))
  return beside.toSorted((a, b) => distance(a) - distance(b) || (a.reference < b.reference ? -1 : 1))[0]
}

/** Lead I of a tracing that the screen would score; a poor one is no measure of anything. */
async function leadOf(ecg: Ecg, record: RecordReader): Promise<OwnReference['lead'] | undefined> {
  const waveform = await record.waveform(`Observation/${ecg.observation.id}`)
  const leadI = waveform.leads.findIndex(({ mdc }) => mdc === 1)
  const avr = waveform.leads.findIndex(({ mdc }) => mdc === 62)
  if (leadI < 0) return undefined
  const lead = { samples: waveform.samples[leadI]!, rateHz: waveform.rateHz, unit: waveform.leads[leadI]!.unit }
  const gated = gate({
    lead,
    ...(avr < 0 ? {} : { avr: waveform.samples[avr]! }),
    ...(statedPaced(ecg.observation) ? { paced: true } : {}),
    age: ageAt(ecg.person?.birthDate, ecg.acquiredAt)
  })
  return gated.pass ? lead : undefined
}

/** Of tracings of one instant the one with the lower id, so that it is the same one in any order of arrival. */
const latestFirst = (a: Ecg, b: Ecg): number =>
  Date.parse(b.acquiredAt ?? '') - Date.parse(a.acquiredAt ?? '') || (a.observation.id! < b.observation.id! ? -1 : 1)

const isBefore = (instant: string, limit: string): boolean => Date.parse(instant) < Date.parse(limit)
