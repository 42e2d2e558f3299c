import type { ServiceRequest } from '@medplum/fhirtypes'
import type { ResultIdentity, Selection } from '../../core/inference-module.ts'
import type { RecordReader } from '../../core/record.ts'
import { CODE_SYSTEM } from '../../fhir-profiles/index.ts'
import { hasCode, originalSubject, reference, versioned } from './reading.ts'
import { instantOf, minutesFrom, type OrderTiming } from './times.ts'

/** One order for a module. */
export interface Order {
  request: ServiceRequest
  reference: string
  placerOrderNumber: string
  patient: string
  patientAtFirstWrite: string
  /** The trigger: when it was placed. */
  placedAt: string
  /** An ECG acquired in this span answers it. */
  window: { from: string; to: string }
}

/** Undefined when it asks another module, or is about nobody. */
export function readOrder(request: ServiceRequest, module: string, timing: OrderTiming): Order | undefined {
  const patient = request.subject?.reference
  const placedAt = instantOf(request.authoredOn) ?? request.meta?.lastUpdated
  const asksForUs = hasCode(request.code, [{ system: CODE_SYSTEM.concepts, code: module }])
  if (!asksForUs || !patient?.startsWith('Patient/') || !placedAt) return undefined
  return {
    request,
    reference: reference(request),
    placerOrderNumber: placerOf(request),
    patient,
    patientAtFirstWrite: originalSubject(request) ?? patient,
    placedAt,
    window: {
      from: minutesFrom(placedAt, -timing.windowBeforeMinutes),
      to: minutesFrom(placedAt, timing.orderTimeoutMinutes)
    }
  }
}

/** Orders of a patient for a module, waiting or answered. */
export async function ordersOf(
  patient: string,
  record: RecordReader,
  { module, timing }: { module: string; timing: OrderTiming }
): Promise<Order[]> {
  const token = `${CODE_SYSTEM.concepts}|${module}`
  const query = `ServiceRequest?patient=${patient}&code=${token}&status=active,completed&_count=100`
  const requests = await record.search<ServiceRequest>(query)
  return requests
    .flatMap((request) => readOrder(request, module, timing) ?? [])
    .sort((a, b) => (a.reference < b.reference ? -1 : 1))
}

/** The order as the identity of its answer names it. */
export const answering = (order: Order): NonNullable<ResultIdentity['order']> => ({
  reference: order.reference,
  placerOrderNumber: order.placerOrderNumber
})

/** An order that waited in vain for its input: a coded refusal answers it. */
export function unanswered(order: Order): Extract<Selection<never>, { kind: 'refuse' }> {
  const identity: ResultIdentity = {
    patient: order.patient,
    patientAtFirstWrite: order.patientAtFirstWrite,
    encounter: order.request.encounter?.reference,
    tracing: `order:${order.reference}`,
    order: answering(order),
    basis: [versioned(order.request)],
    acquiredAt: order.placedAt
  }
  return { kind: 'refuse', identity, code: 'input-missing', detail: 'order-timeout' }
}

/** ORC-2 as EI text: the identifier of type PLAC, else one that is not ours, else the resource id. */
function placerOf(request: ServiceRequest): string {
  const identifiers = request.identifier ?? []
  const typed = (type: string) => identifiers.find((one) => one.type?.coding?.some(({ code }) => code === type))?.value
  const untyped = identifiers.find((one) => !one.type?.coding?.some(({ code }) => code === 'FILL'))?.value
  return typed('PLAC') ?? untyped ?? request.id!
}
