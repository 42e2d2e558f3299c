import type { Encounter, Observation, Patient } from '@medplum/fhirtypes'
import type { ResultIdentity } from '../../core/inference-module.ts'
import type { RecordReader } from '../../core/record.ts'
import { IDENTIFIER } from '../../fhir-profiles/index.ts'
import { personRefusal } from './person.ts'
import { ECG_TOKEN, hasTag, isTimeAmbiguous, originalSubject, versioned } from './reading.ts'
import { instantOf, isInside, MINUTE_MS } from './times.ts'

/** Clocks that were never set start here (rules section 3). */
export const FACTORY_DAYS: readonly string[] = ['1970-01-01', '1980-01-01', '2000-01-01']
const FUTURE_LIMIT_MINUTES = 5
const LATE_AFTER_MINUTES = 60
const TRACING_SYSTEMS: string[] = [IDENTIFIER.tracing, 'urn:hisbundle:tracing']
/** ECGs of one patient looked at for one event: a bound, not a window. */
const MAX_ECGS = 20

/** One stored ECG with what decides about it, read once. */
export interface Ecg {
  observation: Observation
  patient: string
  /** The person as the record has it. */
  person?: Patient
  acquiredAt?: string
  /** May it take part in windows: acquisition time known, plausible and not in a repeated hour. */
  placed: boolean
  identity: ResultIdentity
  /** Reason that stands whatever the signal is like. */
  refusal?: string
}

/** Undefined when it is about nobody, or was taken back. */
export async function readEcg(
  observation: Observation,
  record: RecordReader,
  replayed: boolean
): Promise<Ecg | undefined> {
  const patient = observation.subject?.reference
  if (!patient?.startsWith('Patient/') || ['entered-in-error', 'cancelled'].includes(observation.status))
    return undefined
  const acquiredAt = instantOf(observation.effectiveDateTime)
  const receivedAt = await firstReceipt(observation, record)
  const plausible = acquiredAt !== undefined && isPlausible(acquiredAt, receivedAt)
  const person = await record.read<Patient>(patient)
  return {
    observation,
    patient,
    person,
    acquiredAt,
    placed: plausible && !isTimeAmbiguous(observation),
    refusal: personRefusal(observation, person) ?? (plausible ? undefined : 'clock-implausible'),
    identity: {
      patient,
      patientAtFirstWrite: originalSubject(observation) ?? patient,
      encounter: observation.encounter?.reference,
      tracing: tracingOf(observation),
      basis: [versioned(observation)],
      acquiredAt,
      late: await isLate({ observation, person, acquiredAt, receivedAt, replayed }, record)
    }
  }
}

/** Tracing identity of a stored ECG (rules section 1). */
export const tracingOf = (observation: Observation): string =>
  observation.identifier?.find(({ system }) => TRACING_SYSTEMS.includes(system ?? ''))?.value ?? observation.id!

/** ECGs of a patient, newest first, only those of the window; or those acquired after an instant, oldest first. */
export async function ecgsOf(
  patient: string,
  record: RecordReader,
  { window, after, count = MAX_ECGS }: { window?: { from: string; to: string }; after?: string; count?: number } = {}
): Promise<Ecg[]> {
  const dates = window ? `&date=ge${window.from}&date=le${window.to}` : after ? `&date=gt${after}` : ''
  const sort = after ? 'date' : '-date'
  const query = `Observation?patient=${patient}&code=${ECG_TOKEN}${dates}&_sort=${sort}&_count=${count}`
  const ecgs: Ecg[] = []
  for (const observation of await record.search<Observation>(query)) {
    const ecg = await readEcg(observation, record, false)
    if (ecg && (!window || (ecg.acquiredAt && isInside(ecg.acquiredAt, window)))) ecgs.push(ecg)
  }
  return ecgs
}

/** Whole years between a birth date of any precision and the acquisition; of a year alone, the youngest possible. */
export function ageAt(birthDate: string | undefined, acquiredAt: string | undefined): number | undefined {
  const match = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(birthDate ?? '')
  if (!match || !acquiredAt) return undefined
  const [year, month, day] = [Number(match[1]), Number(match[2] ?? 12), Number(match[3] ?? 31)]
  const at = new Date(acquiredAt)
  const hadBirthday = at.getUTCMonth() + 1 > month || (at.getUTCMonth() + 1 === month && at.getUTCDate() >= day)
  return at.getUTCFullYear() - year - (hadBirthday ? 0 : 1)
}

function isPlausible(acquiredAt: string, receivedAt: string | undefined): boolean {
  if (FACTORY_DAYS.includes(acquiredAt.slice(0, 10))) return false
  return !receivedAt || Date.parse(acquiredAt) - Date.parse(receivedAt) <= FUTURE_LIMIT_MINUTES * MINUTE_MS
}

/** When it became available: `issued`, else the commit of its first version (later versions move lastUpdated). */
async function firstReceipt(observation: Observation, record: RecordReader): Promise<string | undefined> {
  if (observation.issued) return observation.issued
  if ((observation.meta?.versionId ?? '1') === '1') return observation.meta?.lastUpdated
  const first = await record.read<Observation>(`Observation/${observation.id}/_history/1`)
  return (first ?? observation).meta?.lastUpdated
}

interface LateFacts {
  observation: Observation
  person?: Patient
  acquiredAt?: string
  receivedAt?: string
  replayed: boolean
}

/** Rules section 3: received over an hour after acquisition, replayed, or the patient discharged or dead. */
async function isLate(facts: LateFacts, record: RecordReader): Promise<boolean> {
  const { observation, person, acquiredAt, receivedAt, replayed } = facts
  if (replayed || hasTag(observation, 'replayed')) return true
  if (person?.deceasedBoolean || person?.deceasedDateTime) return true
  if (acquiredAt && receivedAt && Date.parse(receivedAt) - Date.parse(acquiredAt) > LATE_AFTER_MINUTES * MINUTE_MS) {
    return true
  }
  const visit = observation.encounter?.reference
  return visit !== undefined && (await record.read<Encounter>(visit))?.status === 'finished'
}
