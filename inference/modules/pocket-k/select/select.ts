import type { Observation, Patient, RiskAssessment, ServiceRequest } from '@medplum/fhirtypes'
import { uuidV5 } from '../../../../core/ids.ts'
import type { ModuleEvent, ResultIdentity, Selection } from '../../../../core/inference-module.ts'
import type { RecordReader } from '../../../../core/record.ts'
import { gate } from '../gate.ts'
import { manifest } from '../manifest.ts'
import { ECG_TOKEN, isEcg, isPotassium, POTASSIUM_TOKENS, readPotassium, versioned } from '../reading.ts'
import { minutesFrom, type Timing, timingOf } from '../timing.ts'
import type { PocketKInput } from '../types.ts'
import { type Ecg, readEcg, readInput } from './ecg.ts'
import { isInside, type Order, ordersOf, readOrder } from './orders.ts'

type Chosen = Selection<PocketKInput>[]

/** ECGs of one patient looked at for one event: a bound, not a window. */
const MAX_ECGS = 20

/**
 * Does this event concern the screen, and with what input? Every join is looked at from both sides (rules section 4): an
 * ECG looks for orders and for a haemolysed potassium; an order, a potassium or a changed patient looks for ECGs. What
 * is found depends on the record alone and not on which of them came last.
 */
export async function select(
  event: ModuleEvent,
  record: RecordReader,
  policy: Record<string, unknown>
): Promise<Chosen> {
  const timing = timingOf(policy)
  if (event.timer) return onTimer(event.timer.order, record, timing)
  const change = event.change
  if (!change || change.interaction === 'delete') return []
  const replayed = change.cause.late === true
  switch (change.resourceType) {
    case 'Observation': {
      const observation = await record.read<Observation>(`Observation/${change.id}`)
      if (!observation) return []
      if (isEcg(observation)) return onEcg(observation, record, timing, replayed)
      return isPotassium(observation) ? onPotassium(observation, record, timing) : []
    }
    case 'ServiceRequest': {
      const order = await record.read<ServiceRequest>(`ServiceRequest/${change.id}`)
      return order ? onOrder(order, record, timing) : []
    }
    case 'Patient':
      return onPatient(`Patient/${change.id}`, record, timing)
    default:
      return []
  }
}

async function onEcg(
  observation: Observation,
  record: RecordReader,
  timing: Timing,
  replayed: boolean
): Promise<Chosen> {
  const ecg = await readEcg(observation, record, replayed)
  return ecg ? offer(ecg, record, timing) : []
}

/** The unsolicited result of an ECG, and one for each order that it answers. */
async function offer(ecg: Ecg, record: RecordReader, timing: Timing): Promise<Chosen> {
  const { refusal } = ecg
  if (refusal) return [{ kind: 'refuse', identity: ecg.identity, code: refusal }]
  const input = await inputOf(ecg, record, timing)
  const own: Selection<PocketKInput> = { kind: 'run', identity: withBasis(ecg.identity, input), input }
  const answers: Chosen = []
  for (const order of ecg.placed ? await ordersOf(ecg.patient, record, timing) : []) {
    if (await isAnsweredBy(order, ecg, input, record)) answers.push(runFor(order, ecg, input))
  }
  return [own, ...answers]
}

/** A waiting order takes an ECG of good quality inside its window; an answered one only corrections of its own ECG. */
async function isAnsweredBy(order: Order, ecg: Ecg, input: PocketKInput, record: RecordReader): Promise<boolean> {
  if (!isInside(ecg.acquiredAt!, order.window)) return false
  if (order.request.status === 'active') return gate(input).pass
  const id = uuidV5(ecg.identity.patientAtFirstWrite, manifest.contract, ecg.identity.tracing, order.placerOrderNumber)
  return (await record.read<RiskAssessment>(`RiskAssessment/${id}`)) !== undefined
}

async function onOrder(request: ServiceRequest, record: RecordReader, timing: Timing): Promise<Chosen> {
  const order = readOrder(request, timing)
  if (!order || request.status !== 'active') return []
  const { chosen } = await latestEcg(order, record, timing)
  return chosen ?? [{ kind: 'wait', order: order.reference, until: order.window.to }]
}

/** The order waited long enough: the latest ECG after all, else a coded refusal answers it. */
async function onTimer(reference: string, record: RecordReader, timing: Timing): Promise<Chosen> {
  const request = await record.read<ServiceRequest>(reference)
  const order = request && readOrder(request, timing)
  if (!request || !order || request.status !== 'active') return []
  const { chosen, rejected } = await latestEcg(order, record, timing)
  if (chosen) return chosen
  // The best there was did not pass: that is the answer, with its reason.
  if (rejected) return [{ ...rejected, identity: { ...rejected.identity, order: orderOf(order) } }]
  const identity: ResultIdentity = {
    patient: order.patient,
    patientAtFirstWrite: order.patientAtFirstWrite,
    encounter: request.encounter?.reference,
    tracing: `order:${order.reference}`,
    order: orderOf(order),
    basis: [versioned(request)],
    acquiredAt: order.placedAt
  }
  return [{ kind: 'refuse', identity, code: 'input-missing', detail: 'order-timeout' }]
}

/** Latest acquisition inside the order's window whose quality passes (rules section 3). */
async function latestEcg(
  order: Order,
  record: RecordReader,
  timing: Timing
): Promise<{ chosen?: Chosen; rejected?: Extract<Selection<PocketKInput>, { kind: 'refuse' }> }> {
  let rejected: Extract<Selection<PocketKInput>, { kind: 'refuse' }> | undefined
  for (const ecg of await ecgsBetween(order.patient, order.window, record)) {
    if (!ecg.placed) continue
    if (ecg.refusal) {
      rejected ??= { kind: 'refuse', identity: ecg.identity, code: ecg.refusal }
      continue
    }
    const input = await inputOf(ecg, record, timing)
    const gated = gate(input)
    if (gated.pass) return { chosen: [runFor(order, ecg, input)] }
    rejected ??= { kind: 'refuse', identity: ecg.identity, code: gated.code }
  }
  return { rejected }
}

/** A high potassium asks for the screen of the ECGs beside it; a haemolysed one besides is said in the result. */
async function onPotassium(observation: Observation, record: RecordReader, timing: Timing): Promise<Chosen> {
  const potassium = readPotassium(observation)
  const patient = observation.subject?.reference
  const { collectedAt, value } = potassium
  if (!patient || !collectedAt) return []
  const isHigh = potassium.isFinal && value !== undefined && value > timing.potassiumTrigger
  // A version that is no longer haemolysed, or was taken back, changes what the result must say as well.
  if (!isHigh && !potassium.isHaemolysed && (observation.meta?.versionId ?? '1') === '1') return []
  return offerAll(await ecgsBetween(patient, around(collectedAt, timing), record), record, timing)
}

/** Birth date, death or a merge may change what earlier ECGs of this person may say. */
async function onPatient(patient: string, record: RecordReader, timing: Timing): Promise<Chosen> {
  const person = await record.read<Patient>(patient)
  if (!person || person.active === false) return []
  return offerAll(await ecgsBetween(patient, undefined, record), record, timing)
}

async function offerAll(ecgs: Ecg[], record: RecordReader, timing: Timing): Promise<Chosen> {
  const chosen: Chosen = []
  for (const ecg of ecgs) chosen.push(...(await offer(ecg, record, timing)))
  return chosen
}

/** Newest first. */
async function ecgsBetween(
  patient: string,
  window: { from: string; to: string } | undefined,
  record: RecordReader
): Promise<Ecg[]> {
  const dates = window ? `&date=ge${window.from}&date=le${window.to}` : ''
  const query = `Observation?patient=${patient}&code=${ECG_TOKEN}${dates}&_sort=-date&_count=${MAX_ECGS}`
  const ecgs: Ecg[] = []
  for (const observation of await record.search<Observation>(query)) {
    const ecg = await readEcg(observation, record, false)
    if (ecg && (!window || (ecg.acquiredAt && isInside(ecg.acquiredAt, window)))) ecgs.push(ecg)
  }
  return ecgs
}

async function inputOf(ecg: Ecg, record: RecordReader, timing: Timing): Promise<PocketKInput> {
  const input = await readInput(ecg, record)
  const haemolysed = ecg.placed ? await haemolysedBeside(ecg, record, timing) : undefined
  return haemolysed ? { ...input, haemolysedPotassium: haemolysed } : input
}

async function haemolysedBeside(ecg: Ecg, record: RecordReader, timing: Timing): Promise<string | undefined> {
  const { from, to } = around(ecg.acquiredAt!, timing)
  const query = `Observation?patient=${ecg.patient}&code=${POTASSIUM_TOKENS}&date=ge${from}&date=le${to}&_sort=-date&_count=50`
  const found = (await record.search<Observation>(query)).map(readPotassium)
  return found.find(
    ({ isHaemolysed, status, collectedAt }) =>
      isHaemolysed && status !== 'entered-in-error' && collectedAt && isInside(collectedAt, { from, to })
  )?.reference
}

const around = (instant: string, { potassiumWindowMinutes: minutes }: Timing) => ({
  from: minutesFrom(instant, -minutes),
  to: minutesFrom(instant, minutes)
})

const orderOf = (order: Order): NonNullable<ResultIdentity['order']> => ({
  reference: order.reference,
  placerOrderNumber: order.placerOrderNumber
})

const withBasis = (identity: ResultIdentity, input: PocketKInput): ResultIdentity =>
  input.haemolysedPotassium ? { ...identity, basis: [...identity.basis, input.haemolysedPotassium] } : identity

const runFor = (order: Order, ecg: Ecg, input: PocketKInput): Selection<PocketKInput> => ({
  kind: 'run',
  identity: { ...withBasis(ecg.identity, input), order: orderOf(order) },
  input
})
