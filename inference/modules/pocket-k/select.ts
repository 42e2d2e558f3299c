import type { Observation, ServiceRequest } from '@medplum/fhirtypes'
import type { ModuleEvent, ResultIdentity, Selection } from '../../../core/inference-module.ts'
import type { RecordReader } from '../../../core/record.ts'
import { ageAt, type Ecg, ecgsOf } from '../../record/ecg.ts'
import { ecgQuestion } from '../../record/ecg-question.ts'
import { isEcg, statedPaced } from '../../record/reading.ts'
import { isInside, minutesFrom } from '../../record/times.ts'
import { gate } from './gate.ts'
import { manifest } from './manifest.ts'
import { isPotassium, POTASSIUM_TOKENS, readPotassium } from './reading.ts'
import { type Timing, timingOf } from './timing.ts'
import type { PocketKInput } from './types.ts'

/**
 * Does this event concern the screen, and with what input? Beyond the joins of every ECG module, an ECG looks for a
 * haemolysed potassium, and a potassium looks for ECGs.
 */
export async function select(
  event: ModuleEvent,
  record: RecordReader,
  policy: Record<string, unknown>
): Promise<Selection<PocketKInput>[]> {
  const timing = timingOf(policy)
  const question = ecgQuestion<PocketKInput>(
    {
      module: manifest.id,
      contract: manifest.contract,
      leading: 'RiskAssessment',
      timing,
      inputOf: (ecg) => inputOf(ecg, record, timing),
      identityOf: withBasis,
      refusalOf: (input) => {
        const gated = gate(input)
        return gated.pass ? undefined : gated.code
      }
    },
    record
  )
  if (event.timer) return question.onTimer(event.timer.order)
  const change = event.change
  if (!change || change.interaction === 'delete') return []
  switch (change.resourceType) {
    case 'Observation': {
      const observation = await record.read<Observation>(`Observation/${change.id}`)
      if (!observation) return []
      if (isEcg(observation)) return question.onEcg(observation, change.cause.late === true)
      return isPotassium(observation) ? question.offerAll(await ecgsBeside(observation, record, timing)) : []
    }
    case 'ServiceRequest': {
      const order = await record.read<ServiceRequest>(`ServiceRequest/${change.id}`)
      return order ? question.onOrder(order) : []
    }
    case 'Patient':
      return question.onPatient(`Patient/${change.id}`)
    default:
      return []
  }
}

/** A high potassium asks for the screen of the ECGs beside it; a haemolysed one besides is said in the result. */
async function ecgsBeside(observation: Observation, record: RecordReader, timing: Timing): Promise<Ecg[]> {
  const potassium = readPotassium(observation)
  const patient = observation.subject?.reference
  const { collectedAt, value } = potassium
  if (!patient || !collectedAt) return []
  const isHigh = potassium.isFinal && value !== undefined && value > timing.potassiumTrigger
  // A version that is no longer haemolysed, or was taken back, changes what the result must say as well.
  if (!isHigh && !potassium.isHaemolysed && (observation.meta?.versionId ?? '1') === '1') return []
  return ecgsOf(patient, record, { window: around(collectedAt, timing) })
}

async function inputOf(ecg: Ecg, record: RecordReader, timing: Timing): Promise<PocketKInput> {
  const input = await readInput(ecg, record)
  const haemolysed = ecg.placed ? await haemolysedBeside(ecg, record, timing) : undefined
  return haemolysed ? { ...input, haemolysedPotassium: haemolysed } : input
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

const withBasis = ({ identity }: Ecg, input: PocketKInput): ResultIdentity =>
  input.haemolysedPotassium ? { ...identity, basis: [...identity.basis, input.haemolysedPotassium] } : identity
