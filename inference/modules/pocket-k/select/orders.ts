import type { ServiceRequest } from '@medplum/fhirtypes'
import type { RecordReader } from '../../../../core/record.ts'
import { asksForUs, instantOf, ORDER_TOKEN, originalSubject, reference } from '../reading.ts'
import { minutesFrom, type Timing } from '../timing.ts'

/** One order for this screen. */
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

export function readOrder(request: ServiceRequest, timing: Timing): Order | undefined {
  const patient = request.subject?.reference
  const placedAt = instantOf(request.authoredOn) ?? request.meta?.lastUpdated
  if (!asksForUs(request) || !patient?.startsWith('Patient/') || !placedAt) return undefined
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

/** Orders of a patient for this screen, waiting or answered. */
export async function ordersOf(patient: string, record: RecordReader, timing: Timing): Promise<Order[]> {
  const query = `ServiceRequest?patient=${patient}&code=${ORDER_TOKEN}&status=active,completed&_count=100`
  const requests = await record.search<ServiceRequest>(query)
  return requests
    .flatMap((request) => readOrder(request, timing) ?? [])
    .sort((a, b) => (a.reference < b.reference ? -1 : 1))
}

export const isInside = (instant: string, { from, to }: { from: string; to: string }): boolean =>
  Date.parse(instant) >= Date.parse(from) && Date.parse(instant) <= Date.parse(to)

/** ORC-2 as EI text: the identifier of type PLAC, else one that is not ours, else the resource id. */
function placerOf(request: ServiceRequest): string {
  const identifiers = request.identifier ?? []
  const typed = (type: string) => identifiers.find((one) => one.type?.coding?.some(({ code }) => code === type))?.value
  const untyped = identifiers.find((one) => !one.type?.coding?.some(({ code }) => code === 'FILL'))?.value
  return typed('PLAC') ?? untyped ?? request.id!
}
