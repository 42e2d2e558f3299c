import type { DocumentReference, Observation, ServiceRequest } from '@medplum/fhirtypes'
import { uuidV5 } from '../../../core/ids.ts'
import type { ModuleEvent, ResultIdentity, Selection } from '../../../core/inference-module.ts'
import type { RecordReader } from '../../../core/record.ts'
import { answeredOrder, basisOf, PROFILE } from '../../../fhir-profiles/index.ts'
import { type Ecg, ecgsOf } from '../../record/ecg.ts'
import { ecgQuestion } from '../../record/ecg-question.ts'
import { hasCode, isEcg } from '../../record/reading.ts'
import { orderTimingOf } from '../../record/times.ts'
import { comparable } from './compare.ts'
import { readFeatures } from './csv.ts'
import { gate } from './gate.ts'
import { manifest } from './manifest.ts'
import { parametersOf } from './policy.ts'
import { inputOf } from './recording.ts'
import { METHOD, TABLE_ROLE } from './to-fhir/codes.ts'
import type { EcgomicsInput } from './types.ts'

/** Earlier panels looked through for one that can be compared with. */
const MAX_EARLIER = 10
/** How far behind a tracing the next one is sought. */
const MAX_LATER = 3

/** What `run` gets, and the versioned reference of the earlier tracing for the basis: kept out of the input. */
type Prepared = { input: EcgomicsInput; earlierTracing?: string }

/**
 * Does this event concern the measurements, and with what input? Beyond the joins of every ECG module, a tracing is compared
 * with the same person's one before it; so a new or changed panel offers the tracing behind it again. That chain ends where
 * nothing changes: what is compared is measured on the earlier tracing alone.
 */
export async function select(
  event: ModuleEvent,
  record: RecordReader,
  policy: Record<string, unknown>
): Promise<Selection<EcgomicsInput>[]> {
  const parameters = parametersOf(policy)
  const question = ecgQuestion<Prepared>(
    {
      module: manifest.id,
      contract: manifest.contract,
      leading: 'Observation',
      timing: orderTimingOf(policy),
      inputOf: (ecg) => prepared(ecg, record),
      identityOf,
      refusalOf: ({ input }) => {
        const gated = gate(input, parameters)
        return gated.pass ? undefined : gated.code
      }
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
      if (isEcg(observation)) return unwrapped(await question.onEcg(observation, change.cause.late === true))
      return isOwnPanel(observation) ? unwrapped(await question.offerAll(await tracingBehind(observation, record))) : []
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

const unwrapped = (selections: Selection<Prepared>[]): Selection<EcgomicsInput>[] =>
  selections.map((one) => (one.kind === 'run' ? { ...one, input: one.input.input } : one))

async function prepared(ecg: Ecg, record: RecordReader): Promise<Prepared> {
  const input = inputOf(ecg, await record.waveform(`Observation/${ecg.observation.id}`))
  const earlier = ecg.placed ? await earlierOf(ecg, record) : undefined
  if (!earlier) return { input }
  return { input: { ...input, earlier: earlier.measured }, earlierTracing: earlier.tracing }
}

const identityOf = ({ identity }: Ecg, { earlierTracing }: Prepared): ResultIdentity =>
  earlierTracing ? { ...identity, basis: [...identity.basis, earlierTracing] } : identity

const isOwnPanel = (observation: Observation): boolean =>
  (observation.meta?.profile ?? []).includes(PROFILE.measurementPanel) && hasCode(observation.method, [METHOD])

/** Latest acquisition first; of tracings of one instant the one with the lower id, so that it is the same one in any order of arrival. */
const laterFirst = (a: Observation, b: Observation): number =>
  Date.parse(b.effectiveDateTime ?? '') - Date.parse(a.effectiveDateTime ?? '') || (a.id! < b.id! ? -1 : 1)

/** The same person's latest measured tracing before this one. */
async function earlierOf(
  ecg: Ecg,
  record: RecordReader
): Promise<{ tracing: string; measured: NonNullable<EcgomicsInput['earlier']> } | undefined> {
  const query = `Observation?patient=${ecg.patient}&_profile=${PROFILE.measurementPanel}&date=lt${ecg.acquiredAt}&_sort=-date&_count=${MAX_EARLIER}`
  const found = await record.search<Observation>(query)
  for (const panel of found.toSorted(laterFirst)) {
    const [tracing] = basisOf(panel)
    const isMeasured = ['preliminary', 'final', 'amended', 'corrected'].includes(panel.status)
    // Of one tracing an order's panel says the same as its own.
    if (!isMeasured || answeredOrder(panel) || !isOwnPanel(panel) || !tracing) continue
    if (unversioned(tracing) === `Observation/${ecg.observation.id}`) continue
    const table = await record.read<DocumentReference>(`DocumentReference/${uuidV5(panel.id!, TABLE_ROLE)}`)
    const csv = table?.content?.[0]?.attachment?.data
    if (!csv) continue
    const features = comparable(readFeatures(Buffer.from(csv, 'base64').toString('utf8')))
    return { tracing, measured: { tracing: unversioned(tracing), acquiredAt: panel.effectiveDateTime, features } }
  }
  return undefined
}

/** The tracing next behind a panel's: what it was compared with may have changed. */
async function tracingBehind(panel: Observation, record: RecordReader): Promise<Ecg[]> {
  const { subject, effectiveDateTime: at } = panel
  if (!subject?.reference || !at || answeredOrder(panel)) return []
  const later = await ecgsOf(subject.reference, record, { after: at, count: MAX_LATER })
  const next = later.find(({ placed, refusal }) => placed && !refusal)
  return next ? [next] : []
}

const unversioned = (reference: string): string => reference.split('/_history')[0]!
