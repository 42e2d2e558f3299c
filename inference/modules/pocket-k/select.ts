import type { Observation, RiskAssessment, ServiceRequest } from '@medplum/fhirtypes'
import type { ModuleEvent, ResultIdentity, ResultReason, Selection } from '../../../core/inference-module.ts'
import type { RecordReader } from '../../../core/record.ts'
import { basisOf } from '../../../fhir-profiles/index.ts'
import { ageAt, type Ecg, ecgsOf, readEcg } from '../../record/ecg.ts'
import { ecgQuestion } from '../../record/ecg-question.ts'
import { isEcg, statedPaced } from '../../record/reading.ts'
import { gate } from './gate.ts'
import { type Arrived, comparedLater, comparedWithLate } from './late-reference.ts'
import { manifest } from './manifest.ts'
import { isPotassium, readPotassium } from './reading.ts'
import { basisOfReference, referenceFor } from './reference.ts'
import { type Timing, timingOf } from './timing.ts'
import { type Asking, around, askingAround, askingOf, reasonOf } from './triggers.ts'
import type { PocketKInput } from './types.ts'
import { knownWideQrs, wideQrsCodes } from './wide-qrs.ts'

/** What `run` gets, and why it was asked: the reasons are kept out of the input. */
type Prepared = { input: PocketKInput; reasons: ResultReason[] }

/** Results of one patient looked through for those that a changed input is part of. */
const MAX_RESULTS = 200

/**
 * Does this event concern the screen, and with what input? Beyond the joins of every ECG module, an ECG looks for a potassium
 * that asks for a screen, a potassium looks for ECGs, and both look for the results that they are a part of as own reference.
 */
export async function select(
  event: ModuleEvent,
  record: RecordReader,
  policy: Record<string, unknown>
): Promise<Selection<PocketKInput>[]> {
  const timing = timingOf(policy)
  const wideQrs = wideQrsCodes(policy)
  const question = ecgQuestion<Prepared>(
    {
      module: manifest.id,
      contract: manifest.contract,
      leading: 'RiskAssessment',
      timing,
      inputOf: (ecg) => prepared(ecg, record, { timing, wideQrs }),
      identityOf,
      refusalOf: ({ input }) => refusalOf(input)
    },
    record
  )
  if (event.timer) return unwrapped(await question.onTimer(event.timer.order))
  const change = event.change
  if (!change || change.interaction === 'delete') return []
  switch (change.resourceType) {
    case 'Observation': {
      const observation = await record.read<Observation>(`Observation/${change.id}`)
      if (!observation) return []
      const arrived = { arrivedAt: change.at, timing }
      if (isEcg(observation)) {
        const own = await question.onEcg(observation, change.cause.late === true)
        return unwrapped([...own, ...(await question.offerAll(await ecgsBesideEcg(observation, record, arrived)))])
      }
      if (!isPotassium(observation)) return []
      return unwrapped(await question.offerAll(await ecgsBesidePotassium(observation, record, arrived)))
    }
    case 'ServiceRequest': {
      const order = await record.read<ServiceRequest>(`ServiceRequest/${change.id}`)
      return order ? unwrapped(await question.onOrder(order)) : []
    }
    case 'Patient':
      return unwrapped(await question.onPatient(`Patient/${change.id}`))
    default:
      return []
  }
}

const unwrapped = (selections: Selection<Prepared>[]): Selection<PocketKInput>[] =>
  selections.map((one) => (one.kind === 'run' ? { ...one, input: one.input.input } : one))

/**
 * A potassium that asks for a screen offers the ECGs beside it. So does a later version of any, which may have asked before,
 * and it offers the ECGs that were compared with the tracing that it vouched for. Any potassium may vouch for an earlier tracing,
 * or speak against it, when later ones have their result already.
 */
async function ecgsBesidePotassium(observation: Observation, record: RecordReader, arrived: Arrived): Promise<Ecg[]> {
  const { timing } = arrived
  const patient = observation.subject?.reference
  if (!patient) return []
  const potassium = readPotassium(observation)
  const isFirst = (observation.meta?.versionId ?? '1') === '1'
  const at = askingOf(potassium, timing)?.at ?? (isFirst ? undefined : (potassium.collectedAt ?? potassium.saidAt))
  const beside = at ? await ecgsOf(patient, record, { window: around(at, timing) }) : []
  const { current, vouched } = await comparedLater(observation, record, arrived)
  const inputs = [...(isFirst ? [] : [observation]), ...vouched.map((ecg) => ecg.observation)]
  return distinct([...beside, ...current, ...(await ecgsMadeWith(inputs, patient, record))])
}

/**
 * A new or retracted ECG may make another the latest beside a potassium that asks, a changed one may have been the reference of
 * later ones, and one that comes late may be it now.
 */
async function ecgsBesideEcg(observation: Observation, record: RecordReader, arrived: Arrived): Promise<Ecg[]> {
  const { timing } = arrived
  const patient = observation.subject?.reference
  const ecg = patient ? await readEcg({ ...observation, status: 'final' }, record, false) : undefined
  if (!patient || !ecg?.acquiredAt) return []
  const others: Ecg[] = []
  for (const { at } of await askingAround(patient, record, { instant: ecg.acquiredAt, timing }))
    others.push(...(await ecgsOf(patient, record, { window: around(at, timing) })))
  if ((observation.meta?.versionId ?? '1') !== '1') others.push(...(await ecgsMadeWith([observation], patient, record)))
  others.push(...(await comparedWithLate(ecg, record, arrived)))
  return distinct(others).filter((one) => one.observation.id !== observation.id)
}

/** ECGs whose results one of these records is a part of, beyond the first of the basis. */
async function ecgsMadeWith(inputs: readonly Observation[], patient: string, record: RecordReader): Promise<Ecg[]> {
  if (inputs.length === 0) return []
  const isInput = (reference: string): boolean => inputs.some(({ id }) => reference.startsWith(`Observation/${id}/`))
  const query = `RiskAssessment?patient=${patient}&_sort=-_lastUpdated&_count=${MAX_RESULTS}`
  const found: Ecg[] = []
  for (const result of await record.search<RiskAssessment>(query)) {
    const [tracing, ...rest] = basisOf(result)
    const isOurs = result.method?.coding?.some(({ code }) => code === manifest.id)
    if (!isOurs || !tracing || !rest.some(isInput)) continue
    const observation = await record.read<Observation>(tracing.split('/_history')[0]!)
    const ecg = observation && (await readEcg(observation, record, false))
    if (ecg) found.push(ecg)
  }
  return found
}

const distinct = (ecgs: readonly Ecg[]): Ecg[] => [...new Map(ecgs.map((ecg) => [ecg.observation.id, ecg])).values()]

async function prepared(
  ecg: Ecg,
  record: RecordReader,
  { timing, wideQrs }: { timing: Timing; wideQrs: readonly string[] }
): Promise<Prepared> {
  const input = await readInput(ecg, record)
  const asking = ecg.placed ? await askingAround(ecg.patient, record, { instant: ecg.acquiredAt!, timing }) : []
  const reference = await referenceFor(ecg, record, timing)
  const wide = await knownWideQrs(ecg, record, wideQrs)
  const reasons: ResultReason[] = []
  for (const one of refusalOf(input) === undefined ? asking : [])
    if (await isLatestBeside(one, ecg, record, timing)) reasons.push(await reasonOf(one, record))
  return {
    reasons,
    input: {
      ...input,
      ...(asking.length > 0 ? { potassiumTriggers: asking.map(({ at: _at, ...trigger }) => trigger) } : {}),
      ...(reference ? { reference } : {}),
      ...(wide ? { wideQrs: wide } : {})
    }
  }
}

/** Rules section 3: it is the latest acquisition whose quality passes that answers. */
async function isLatestBeside({ at }: Asking, ecg: Ecg, record: RecordReader, timing: Timing): Promise<boolean> {
  const since = Date.parse(ecg.acquiredAt!)
  for (const other of await ecgsOf(ecg.patient, record, { window: around(at, timing) })) {
    if (!other.placed || other.refusal || other.observation.id === ecg.observation.id) continue
    const lead = Date.parse(other.acquiredAt!) - since
    const isLater = lead > 0 || (lead === 0 && other.observation.id! > ecg.observation.id!)
    if (isLater && refusalOf(await readInput(other, record)) === undefined) return false
  }
  return true
}

function refusalOf(input: PocketKInput): string | undefined {
  const gated = gate(input)
  return gated.pass ? undefined : gated.code
}

/** Lead I and what else of the recording and the person matters. */
async function readInput(ecg: Ecg, record: RecordReader): Promise<PocketKInput> {
  const waveform = await record.waveform(`Observation/${ecg.observation.id}`)
  const leadI = waveform.leads.findIndex(({ mdc }) => mdc === 1)
  const avr = waveform.leads.findIndex(({ mdc }) => mdc === 62)
  const age = ageAt(ecg.person?.birthDate, ecg.acquiredAt)
  const paced = statedPaced(ecg.observation)
  return {
    ...(leadI < 0
      ? {}
      : { lead: { samples: waveform.samples[leadI]!, rateHz: waveform.rateHz, unit: waveform.leads[leadI]!.unit } }),
    ...(avr < 0 ? {} : { avr: waveform.samples[avr]! }),
    ...(paced === undefined ? {} : { paced }),
    ...(age === undefined ? {} : { age }),
    ...(ecg.person?.gender ? { sex: ecg.person.gender } : {})
  }
}

const identityOf = ({ identity }: Ecg, { input, reasons }: Prepared): ResultIdentity => ({
  ...identity,
  ...(reasons.length > 0 ? { reasons } : {}),
  basis: [
    ...identity.basis,
    ...(input.potassiumTriggers ?? []).map(({ reference }) => reference),
    ...basisOfReference(input.reference),
    ...(input.wideQrs ? [input.wideQrs] : [])
  ]
})
