import type { Encounter, Patient, Resource, ServiceRequest } from '@medplum/fhirtypes'
import type { ChangeEvent } from '../../../core/changes.ts'
import type { ModuleEvent, Selection } from '../../../core/inference-module.ts'
import type { RecordReader } from '../../../core/record.ts'
import { stayPolicyOf } from './policy.ts'
import { readTracing } from './stay/moment.ts'
import { changedBy, momentsOf, offerVisit } from './stay/offer.ts'
import { answerOrder, onOrderTimeout } from './stay/orders.ts'
import { type Asking, readVisit } from './stay/question.ts'
import { visitsOf } from './stay/visits.ts'
import type { CapIcuInput } from './types.ts'
import { variableLookup } from './values/variables.ts'

type Chosen = Selection<CapIcuInput>[]

/**
 * Does this event concern a stay in intensive care, and with what input? Every join is looked at from both sides (rules
 * section 4): what is found depends on the record alone and not on which message came last.
 *
 * | event | what happens |
 * |---|---|
 * | Encounter | the moments of its stays: a timer for those to come, an answer for those that passed; what no longer holds is withdrawn |
 * | timer | the stay at its moment; an order that waited in vain |
 * | Observation | a new version of the answers whose window holds it |
 * | ServiceRequest | an order: the stay so far |
 * | Patient, Consent, Condition, Procedure | the person's stays again |
 */
export async function select(
  event: ModuleEvent,
  record: RecordReader,
  configured: Record<string, unknown>
): Promise<Chosen> {
  const { change, timer } = event
  const now = event.now ?? change?.at
  if (now === undefined) return []
  const policy = stayPolicyOf(configured)
  // Without wards there are no stays: whatever is measured costs nothing more than this line.
  if (policy.wards.length === 0 && change?.resourceType === 'Observation') return []
  const lookup = variableLookup(policy.observationCodes)
  const asking: Asking = { record, policy, lookup, now, isLate: change?.cause.late === true }
  if (timer) return onTimer(timer.order, asking)
  return change ? onChange(change, asking) : []
}

async function onTimer(order: string, asking: Asking): Promise<Chosen> {
  const moment = readTracing(order)
  if (!moment) return onOrderTimeout(order, asking)
  const encounter = await asking.record.read<Encounter>(moment.encounter)
  const visit = encounter && (await readVisit(encounter, asking))
  const stay = visit?.stays.find(({ start }) => start === moment.start)
  return visit && stay ? momentsOf(visit, stay, asking, [moment.hours]) : []
}

async function onChange(change: ChangeEvent, asking: Asking): Promise<Chosen> {
  const { record } = asking
  const resource = await record.read<Resource>(`${change.resourceType}/${change.id}`)
  switch (change.resourceType) {
    case 'Encounter':
      return resource ? offerVisit(resource as Encounter, asking) : []
    case 'Patient':
      return offerPerson(resource as Patient | undefined, asking)
    case 'Observation':
    case 'Condition':
    case 'Procedure':
    case 'Consent':
      return changedBy(change, resource, asking)
    case 'ServiceRequest': {
      const comfort = await changedBy(change, resource, asking)
      return resource ? [...comfort, ...(await answerOrder(resource as ServiceRequest, asking))] : comfort
    }
    default:
      return []
  }
}

/** A merge, a birth date, a death: what earlier stays of this person may say. */
async function offerPerson(person: Patient | undefined, asking: Asking): Promise<Chosen> {
  if (!person || person.active === false) return []
  const chosen: Chosen = []
  for (const visit of await visitsOf(`Patient/${person.id}`, asking))
    chosen.push(...(await offerVisit(visit.encounter, asking)))
  return chosen
}
