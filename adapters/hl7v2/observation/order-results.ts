import type { Attachment } from '@medplum/fhirtypes'
import type { DecodedResource } from '../../../core/decoded.ts'
import { orderIdentity } from './business-key.ts'
import { haemolysedOrders, rejectedOrders } from './haemolysis.ts'
import type { MessageContext } from './message-context.ts'
import type { ObservationGroup, OrderGroup } from './message-groups.ts'
import { cancelledPotassium, type OrderFacts, observationResources } from './observation.ts'
import { reportResource } from './report.ts'
import { specimenResource } from './specimen.ts'
import { specimenKind } from './specimen-kind.ts'

/** What the ECG format keeps to itself, and the files for people that belong to a report. */
export interface ResultOptions {
  /** Which OBX are results. Default: all. */
  isResult?(observation: ObservationGroup, order: OrderGroup): boolean
  attachments?(order: OrderGroup): Attachment[]
}

/**
 * All results of one patient in a message: Specimen per SPM, Observation per OBX, DiagnosticReport per OBR. An order none
 * of whose OBX is a result, though it has some, yields nothing, unless it has attachments.
 */
export function orderResults(
  orders: readonly OrderGroup[],
  context: MessageContext,
  { isResult = () => true, attachments = () => [] }: ResultOptions = {}
): DecodedResource[] {
  const haemolysed = haemolysedOrders(orders, context)
  const rejected = rejectedOrders(orders)
  return orders.flatMap((order) => {
    const results = order.observations.filter((observation) => isResult(observation, order))
    const presentedForm = attachments(order)
    if (results.length === 0 && order.observations.length > 0 && presentedForm.length === 0) return []
    const identity = orderIdentity(order.obr, order.orc, context)
    const specimens = order.specimens.map((spm) => specimenResource(spm, identity, context))
    const facts: OrderFacts = {
      order,
      identity,
      specimen: specimenKind(order, context),
      isHaemolysed: haemolysed.has(order),
      isRejected: rejected.has(order),
      specimenKeys: specimens.map((specimen) => specimen.businessKey)
    }
    const observations = [
      ...results.flatMap((group) => observationResources(group, facts, context)),
      ...cancelledPotassium(facts, context)
    ]
    const keys = observations
      .filter(({ resource }) => resource.resourceType === 'Observation')
      .map((observation) => observation.businessKey)
    const report = reportResource(facts, { results: keys, presentedForm }, context)
    return [...specimens, ...observations, ...(report ? [report] : [])]
  })
}
