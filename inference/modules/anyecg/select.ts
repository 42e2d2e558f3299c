import type { Condition, Observation, RiskAssessment, ServiceRequest } from '@medplum/fhirtypes'
import type { ModuleEvent, Selection } from '../../../core/inference-module.ts'
import type { RecordReader } from '../../../core/record.ts'
import { PROFILE } from '../../../fhir-profiles/index.ts'
import { ageAt, type Ecg } from '../../record/ecg.ts'
import { ecgQuestion } from '../../record/ecg-question.ts'
import { ordersOf } from '../../record/orders.ts'
import { isEcg, statedPaced } from '../../record/reading.ts'
import { orderTimingOf } from '../../record/times.ts'
import { codesOf, knownSince } from './conditions.ts'
import { gate } from './gate.ts'
import { manifest } from './manifest.ts'
import { settingsOf } from './policy.ts'
import { inputFrom } from './recording.ts'
import { acquisitionOf, saidBy } from './to-fhir/read-back.ts'
import type { AnyEcgInput } from './types.ts'

const MAX_CONDITIONS = 500
const MAX_EARLIER = 20

/**
 * Does this event concern the profile, and with what input? By default only an order for it does: a tracing of a ward that nobody
 * asked about gets none (specs 04 section 2). With `trigger: 'every'` each tracing does.
 */
export async function select(
  event: ModuleEvent,
  record: RecordReader,
  policy: Record<string, unknown>
): Promise<Selection<AnyEcgInput>[]> {
  const { trigger } = settingsOf(policy)
  const timing = orderTimingOf(policy)
  const question = ecgQuestion<AnyEcgInput>(
    {
      module: manifest.id,
      contract: manifest.contract,
      leading: 'RiskAssessment',
      timing,
      inputOf: (ecg) => inputOf(ecg, record),
      identityOf: ({ identity }) => identity,
      refusalOf: (input) => {
        const gated = gate(input)
        return gated.pass ? undefined : gated.code
      }
    },
    record
  )
  /** Cheaper than reading the samples of every tracing of the house. */
  const concernsUs = async (patient: string | undefined): Promise<boolean> =>
    trigger === 'every' ||
    (patient !== undefined && (await ordersOf(patient, record, { module: manifest.id, timing })).length > 0)
  const asked = (selections: Selection<AnyEcgInput>[]): Selection<AnyEcgInput>[] =>
    trigger === 'every'
      ? selections
      : selections.filter((one) => !('identity' in one) || one.identity.order !== undefined)

  if (event.timer) return question.onTimer(event.timer.order)
  const change = event.change
  if (!change || change.interaction === 'delete') return []
  switch (change.resourceType) {
    case 'Observation': {
      const observation = await record.read<Observation>(`Observation/${change.id}`)
      if (!observation || !isEcg(observation) || !(await concernsUs(observation.subject?.reference))) return []
      return asked(await question.onEcg(observation, change.cause.late === true))
    }
    case 'ServiceRequest': {
      const order = await record.read<ServiceRequest>(`ServiceRequest/${change.id}`)
      return order ? question.onOrder(order) : []
    }
    case 'Patient': {
      const patient = `Patient/${change.id}`
      return (await concernsUs(patient)) ? asked(await question.onPatient(patient)) : []
    }
    default:
      return []
  }
}

async function inputOf(ecg: Ecg, record: RecordReader): Promise<AnyEcgInput> {
  const { observation, person, acquiredAt } = ecg
  const [waveform, known, earlier] = [
    await record.waveform(`Observation/${observation.id}`),
    await knownConditions(ecg, record),
    await earlierProfile(ecg, record)
  ]
  return {
    ...inputFrom({
      waveform,
      age: ageAt(person?.birthDate, acquiredAt),
      sex: person?.gender,
      paced: statedPaced(observation)
    }),
    ...(known.length > 0 ? { known } : {}),
    ...(earlier ? { earlier } : {})
  }
}

/**
 * Codes of what the record knew when the tracing was made. A diagnosis coded later is news, and the truth of the closed loop;
 * one without a time counts as known.
 */
async function knownConditions({ patient, acquiredAt }: Ecg, record: RecordReader) {
  const found = await record.search<Condition>(`Condition?patient=${patient}&_count=${MAX_CONDITIONS}`)
  const codes = found
    .filter((condition) => {
      const since = knownSince(condition)
      return !since || !acquiredAt || Date.parse(since) <= Date.parse(acquiredAt)
    })
    .flatMap(codesOf)
    .map((code) => ({ code, text: `${code.system}|${code.code}` }))
  // In one order whatever came first, so that the same facts give the same digest.
  return [...new Map(codes.map(({ code, text }) => [text, code]))]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, code]) => code)
}

/** What the latest profile of an earlier tracing said, to be drawn beneath. */
async function earlierProfile(
  { patient, acquiredAt, observation }: Ecg,
  record: RecordReader
): Promise<AnyEcgInput['earlier']> {
  if (!acquiredAt) return undefined
  const query = `RiskAssessment?patient=${patient}&_profile=${PROFILE.conditionProfile}&_sort=-date&_count=${MAX_EARLIER}`
  const before: { profile: RiskAssessment; at: string }[] = []
  for (const profile of await record.search<RiskAssessment>(query)) {
    const isOwn = profile.basis?.[0]?.reference?.startsWith(`Observation/${observation.id}/`)
    const stands = ['preliminary', 'final', 'amended', 'corrected'].includes(profile.status)
    const at = isOwn || !stands ? undefined : await acquisitionOf(profile, record)
    if (at && Date.parse(at) < Date.parse(acquiredAt)) before.push({ profile, at })
  }
  const [latest] = before.sort(
    (a, b) => Date.parse(b.at) - Date.parse(a.at) || (a.profile.id! < b.profile.id! ? -1 : 1)
  )
  if (!latest) return undefined
  const said = Map.groupBy(
    saidBy(latest.profile).filter(({ years }) => years > 0),
    ({ code }) => code
  )
  const risk = Object.fromEntries(
    [...said].map(([code, all]) => [code, all.map(({ years, probability }) => ({ years, probability }))])
  )
  return Object.keys(risk).length > 0 ? { acquiredAt: latest.at, risk } : undefined
}
