import type { Resource, ServiceRequest } from '@medplum/fhirtypes'
import type { Selection } from '../../../../core/inference-module.ts'
import type { IcuStay } from '../../../record/icu-stay.ts'
import { type Order, ordersOf, readOrder, unanswered } from '../../../record/orders.ts'
import { MINUTE_MS } from '../../../record/times.ts'
import type { CapIcuInput, UnitKind } from '../types.ts'
import { type StayMoment, tracingOf } from './moment.ts'
import { type Asking, ask, lasted, standing, type Visit } from './question.ts'
import { isUsedAsItIs, mayLieIn } from './reach.ts'
import { visitsOf } from './visits.ts'

type Chosen = Selection<CapIcuInput>[]

/** What an order may ask for: the module, or its result by name. */
const ASKED_FOR = ['cap-icu', 'icu-mortality-risk'] as const
const MAX_HOURS = 48

/** An order asks for the stay up to when it was placed, of the first 48 h as much as there is. */
export async function answerOrder(request: ServiceRequest, asking: Asking): Promise<Chosen> {
  const order = orderOf(request, asking)
  if (!order || request.status !== 'active') return []
  const answer = await findAnswer(order, asking)
  return answer ? [answer] : [{ kind: 'wait', order: order.reference, until: order.window.to }]
}

/** The order waited long enough for an admission: a coded refusal answers it. */
export async function onOrderTimeout(reference: string, asking: Asking): Promise<Chosen> {
  const request = await asking.record.read<ServiceRequest>(reference)
  const order = request && orderOf(request, asking)
  if (!request || !order || request.status !== 'active') return []
  return [(await findAnswer(order, asking)) ?? unanswered(order)]
}

/** Orders, waiting or answered, that were placed during the stays of a visit; after a change only those it may reach. */
export async function answersOf(visit: Visit, asking: Asking, versions?: readonly Resource[]): Promise<Chosen> {
  const chosen: Chosen = []
  for (const order of await ordersFor(visit.patient, asking)) {
    const found = stayOf(order, visit)
    if (!found) continue
    const moment = momentOf(order, found)
    if (versions) {
      if (!versions.some((one) => mayLieIn(one, found.start, moment.at))) continue
      const result = await standing(visit, tracingOf(found, moment.moment), asking.record, order)
      if (result && isUsedAsItIs(result, versions[0])) continue
    }
    chosen.push(await ask(visit, found, moment, asking, order))
  }
  return chosen
}

async function ordersFor(patient: string, { record, policy }: Asking): Promise<Order[]> {
  const orders = new Map<string, Order>()
  for (const module of ASKED_FOR) {
    for (const order of await ordersOf(patient, record, { module, timing: policy.timing }))
      orders.set(order.reference, order)
  }
  return [...orders.values()]
}

function orderOf(request: ServiceRequest, { policy }: Asking): Order | undefined {
  for (const code of ASKED_FOR) {
    const order = readOrder(request, code, policy.timing)
    if (order) return order
  }
  return undefined
}

async function findAnswer(order: Order, asking: Asking): Promise<Selection<CapIcuInput> | undefined> {
  for (const visit of await visitsOf(order.patient, asking)) {
    const stay = stayOf(order, visit)
    if (stay) return ask(visit, stay, momentOf(order, stay), asking, order)
  }
  return undefined
}

const stayOf = ({ placedAt }: Order, { stays }: Visit): IcuStay<UnitKind> | undefined =>
  stays.findLast((stay) => stay.start <= placedAt && lasted(stay, placedAt))

function momentOf({ placedAt }: Order, { start }: IcuStay): StayMoment {
  const hours = (Date.parse(placedAt) - Date.parse(start)) / (60 * MINUTE_MS)
  return { moment: 'request', hours: Math.min(hours, MAX_HOURS), at: placedAt }
}
