import type { Encounter, Location, Patient, RiskAssessment } from '@medplum/fhirtypes'
import type { ResultIdentity, Selection } from '../../../../core/inference-module.ts'
import type { RecordReader } from '../../../../core/record.ts'
import { HIS } from '../../../../fhir-profiles/index.ts'
import { ageAt, FACTORY_DAYS } from '../../../record/ecg.ts'
import { type IcuStay, staysOf } from '../../../record/icu-stay.ts'
import type { Order } from '../../../record/orders.ts'
import { answering } from '../../../record/orders.ts'
import { personRefusal } from '../../../record/person.ts'
import { hasTag, originalSubject, versioned } from '../../../record/reading.ts'
import { instantOf, MINUTE_MS } from '../../../record/times.ts'
import type { StayPolicy } from '../policy.ts'
import type { CapIcuInput, UnitKind } from '../types.ts'
import { collect } from '../values/collect.ts'
import type { VariableLookup } from '../values/variables.ts'
import { isComfortCare } from './comfort-care.ts'
import { isDenied } from './consent.ts'
import { resultIdOf, type StayMoment, tracingOf } from './moment.ts'
import { raceOf } from './race.ts'

const LATE_AFTER_MINUTES = 60
const FUTURE_LIMIT_MINUTES = 5
/** Places of one encounter whose Location is looked up. */
const MAX_PLACES = 100

/** What all questions of one event share. */
export interface Asking {
  record: RecordReader
  policy: StayPolicy
  lookup: VariableLookup
  /** ISO instant of the event's handling. */
  now: string
  /** The event itself came late or was replayed. */
  isLate: boolean
}

/** A person's stays in one encounter, as the record has them. */
export interface Visit {
  encounter: Encounter
  /** 'Patient/..' */
  patient: string
  patientAtFirstWrite: string
  person?: Patient
  stays: IcuStay<UnitKind>[]
}

/** Undefined when the encounter is about nobody. */
export async function readVisit(encounter: Encounter, { record, policy }: Asking): Promise<Visit | undefined> {
  const patient = encounter.subject?.reference
  if (!patient?.startsWith('Patient/')) return undefined
  const names = await placeNames(encounter, record)
  const stays = staysOf<UnitKind>(encounter, {
    ...policy,
    namesOf: ({ location }) => names.get(location.reference) ?? []
  })
  const person = stays.length > 0 ? await record.read<Patient>(patient) : undefined
  return {
    encounter,
    patient,
    patientAtFirstWrite: originalSubject(encounter) ?? patient,
    person,
    stays: stays.map((stay) => untilDeath(stay, person))
  }
}

/** What a Location is called, for encounters that name their places by reference. */
async function placeNames(encounter: Encounter, record: RecordReader): Promise<Map<string | undefined, string[]>> {
  const names = new Map<string | undefined, string[]>()
  for (const { location } of (encounter.location ?? []).slice(-MAX_PLACES)) {
    const { reference } = location
    if (!reference?.startsWith('Location/') || names.has(reference)) continue
    const place = await record.read<Location>(reference)
    const known = [place?.name, ...(place?.alias ?? []), ...(place?.identifier ?? []).map(({ value }) => value)]
    names.set(
      reference,
      known.filter((name) => name !== undefined)
    )
  }
  return names
}

function untilDeath<Kind extends string>(stay: IcuStay<Kind>, person: Patient | undefined): IcuStay<Kind> {
  const died = instantOf(person?.deceasedDateTime)
  return died === undefined || died < stay.start || (stay.end !== undefined && stay.end <= died)
    ? stay
    : { ...stay, end: died }
}

/** Whether the stay lasted to that instant, as far as is known. */
export const lasted = ({ end }: IcuStay, at: string): boolean => end === undefined || end >= at

/** The stored result of a moment, or of an order, that still stands. */
export async function standing(
  { patientAtFirstWrite }: Visit,
  tracing: string,
  record: RecordReader,
  order?: Order
): Promise<RiskAssessment | undefined> {
  const id = resultIdOf(patientAtFirstWrite, tracing, order?.placerOrderNumber)
  const found = await record.read<RiskAssessment>(`RiskAssessment/${id}`)
  return found?.status === 'entered-in-error' ? undefined : found
}

/** What a stay was like at a moment: run, or refused for what no value can change. */
export async function ask(
  visit: Visit,
  stay: IcuStay<UnitKind>,
  moment: StayMoment,
  asking: Asking,
  order?: Order
): Promise<Selection<CapIcuInput>> {
  const { record, policy, lookup } = asking
  const { patient, patientAtFirstWrite, encounter, person } = visit
  const tracing = tracingOf(stay, moment.moment)
  const identity: ResultIdentity = {
    patient,
    patientAtFirstWrite,
    encounter: stay.encounter,
    tracing,
    ...(order ? { order: answering(order) } : {}),
    basis: [versioned(encounter)],
    acquiredAt: moment.at,
    late: await isLate(visit, { tracing, order, at: moment.at }, asking)
  }
  const code = await refusalOf(visit, stay, moment, asking)
  if (code) return { kind: 'refuse', identity, code }
  const window = { patient, from: stay.start, hours: moment.hours }
  const { values, unused, basis, isCut } = await collect(window, record, lookup)
  if (isCut) return { kind: 'refuse', identity, code: 'input-too-large' }
  const comfortCare = await isComfortCare(
    { patient, from: instantOf(encounter.period?.start) ?? stay.start, until: moment.at },
    record,
    policy.comfortCare
  )
  const age = ageAt(person?.birthDate, stay.start)
  const sex = person?.gender === 'female' || person?.gender === 'male' ? person.gender : undefined
  const race = policy.recordRace ? raceOf(person) : undefined
  return {
    kind: 'run',
    identity: { ...identity, basis: [...identity.basis, ...basis] },
    input: {
      moment: moment.moment,
      windowHours: moment.hours,
      ...(age === undefined ? {} : { age }),
      ...(sex ? { sex } : {}),
      ...(race ? { race } : {}),
      ...(stay.kind ? { unitKind: stay.kind } : {}),
      ...(comfortCare ? { comfortCare } : {}),
      values,
      ...(unused.length > 0 ? { unused } : {})
    }
  }
}

/** Rules section 3: a moment more than an hour back when it is first answered; a new version keeps what the first was. */
async function isLate(
  visit: Visit,
  { tracing, order, at }: { tracing: string; order?: Order; at: string },
  { record, now, isLate }: Asking
): Promise<boolean> {
  const before = await standing(visit, tracing, record, order)
  if (before) return hasTag(before, HIS.late.code)
  return isLate || Date.parse(now) - Date.parse(at) > LATE_AFTER_MINUTES * MINUTE_MS
}

async function refusalOf(
  { encounter, person, patient }: Visit,
  stay: IcuStay,
  moment: StayMoment,
  { record, policy, now }: Asking
): Promise<string | undefined> {
  const named = personRefusal(encounter, person)
  if (named) return named
  // The visit of a record that was merged away: its survivor's is the one to be asked about.
  if (person?.link?.some(({ type }) => type === 'replaced-by')) return 'encounter-merged'
  const isAhead = Date.parse(stay.start) - Date.parse(now) > FUTURE_LIMIT_MINUTES * MINUTE_MS
  if (isAhead || FACTORY_DAYS.includes(stay.start.slice(0, 10))) return 'clock-implausible'
  return (await isDenied(patient, moment.at, record, policy.aiConsent)) ? 'consent-not-permitted' : undefined
}
