import type { Observation, Patient, RiskAssessment, ServiceRequest } from '@medplum/fhirtypes'
import { uuidV5 } from '../../core/ids.ts'
import type { ResultIdentity, Selection } from '../../core/inference-module.ts'
import type { RecordReader } from '../../core/record.ts'
import { type Ecg, ecgsOf, readEcg } from './ecg.ts'
import { answering, type Order, ordersOf, readOrder, unanswered } from './orders.ts'
import { isInside, type OrderTiming } from './times.ts'

/** What a module asks of ECGs, as far as it decides which ECG is answered with what. */
export interface EcgQuestion<Input> {
  /** Module id: what an order asks for. */
  module: string
  /** Contract version: enters the result id. */
  contract: string
  /** Type of the module's leading resource, whose id is the result's. */
  leading: 'RiskAssessment' | 'Observation'
  timing: OrderTiming
  inputOf(ecg: Ecg): Promise<Input>
  /** The identity of what this input gives: further inputs in the basis. */
  identityOf(ecg: Ecg, input: Input): ResultIdentity
  /** Refusal code of an input that no order shall be answered with while it may still get a better one. */
  refusalOf(input: Input): string | undefined
}

type Chosen<Input> = Selection<Input>[]
type Refused = Extract<Selection<never>, { kind: 'refuse' }>

/**
 * Which ECGs and orders an event concerns (rules sections 3, 4 and 6). Every join is looked at from both sides: an ECG looks
 * for orders, an order looks for ECGs; what is found depends on the record alone and not on which of them came last.
 */
export function ecgQuestion<Input>(question: EcgQuestion<Input>, record: RecordReader) {
  const { module, contract, leading, timing } = question

  const runFor = (order: Order, ecg: Ecg, input: Input): Selection<Input> => ({
    kind: 'run',
    identity: { ...question.identityOf(ecg, input), order: answering(order) },
    input
  })

  /** A waiting order takes an ECG of good quality inside its window; an answered one only corrections of its own ECG. */
  async function isAnsweredBy(order: Order, ecg: Ecg, input: Input): Promise<boolean> {
    if (!isInside(ecg.acquiredAt!, order.window)) return false
    if (order.request.status === 'active') return question.refusalOf(input) === undefined
    const id = uuidV5(ecg.identity.patientAtFirstWrite, contract, ecg.identity.tracing, order.placerOrderNumber)
    return (await record.read<RiskAssessment | Observation>(`${leading}/${id}`)) !== undefined
  }

  /** The unsolicited result of an ECG, and one for each order that it answers. */
  async function offer(ecg: Ecg): Promise<Chosen<Input>> {
    const { refusal } = ecg
    if (refusal) return [{ kind: 'refuse', identity: ecg.identity, code: refusal }]
    const input = await question.inputOf(ecg)
    const own: Selection<Input> = { kind: 'run', identity: question.identityOf(ecg, input), input }
    const answers: Chosen<Input> = []
    for (const order of ecg.placed ? await ordersOf(ecg.patient, record, { module, timing }) : []) {
      if (await isAnsweredBy(order, ecg, input)) answers.push(runFor(order, ecg, input))
    }
    return [own, ...answers]
  }

  async function offerAll(ecgs: Ecg[]): Promise<Chosen<Input>> {
    const chosen: Chosen<Input> = []
    for (const ecg of ecgs) chosen.push(...(await offer(ecg)))
    return chosen
  }

  /** Latest acquisition inside the order's window whose quality passes (rules section 3). */
  async function latestEcg(order: Order): Promise<{ chosen?: Chosen<Input>; rejected?: Refused }> {
    let rejected: Refused | undefined
    for (const ecg of await ecgsOf(order.patient, record, { window: order.window })) {
      if (!ecg.placed) continue
      if (ecg.refusal) {
        rejected ??= { kind: 'refuse', identity: ecg.identity, code: ecg.refusal }
        continue
      }
      const input = await question.inputOf(ecg)
      const code = question.refusalOf(input)
      if (code === undefined) return { chosen: [runFor(order, ecg, input)] }
      rejected ??= { kind: 'refuse', identity: ecg.identity, code }
    }
    return { rejected }
  }

  return {
    offerAll,
    async onEcg(observation: Observation, replayed: boolean): Promise<Chosen<Input>> {
      const ecg = await readEcg(observation, record, replayed)
      return ecg ? offer(ecg) : []
    },
    async onOrder(request: ServiceRequest): Promise<Chosen<Input>> {
      const order = readOrder(request, module, timing)
      if (!order || request.status !== 'active') return []
      const { chosen } = await latestEcg(order)
      return chosen ?? [{ kind: 'wait', order: order.reference, until: order.window.to }]
    },
    /** The order waited long enough: the latest ECG after all, else a coded refusal answers it. */
    async onTimer(reference: string): Promise<Chosen<Input>> {
      const request = await record.read<ServiceRequest>(reference)
      const order = request && readOrder(request, module, timing)
      if (!request || !order || request.status !== 'active') return []
      const { chosen, rejected } = await latestEcg(order)
      if (chosen) return chosen
      // The best there was did not pass: that is the answer, with its reason.
      if (rejected) return [{ ...rejected, identity: { ...rejected.identity, order: answering(order) } }]
      return [unanswered(order)]
    },
    /** Birth date, death or a merge may change what earlier ECGs of this person may say. */
    async onPatient(patient: string): Promise<Chosen<Input>> {
      const person = await record.read<Patient>(patient)
      return !person || person.active === false ? [] : offerAll(await ecgsOf(patient, record))
    }
  }
}
