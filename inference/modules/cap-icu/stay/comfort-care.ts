import type { Condition, Observation, Procedure, Resource, ServiceRequest } from '@medplum/fhirtypes'
import type { RecordReader } from '../../../../core/record.ts'
import type { SiteCode } from '../policy.ts'
import { timeOf } from '../values/read-value.ts'
import { hasAny, tokensOf } from './codes.ts'

interface Span {
  /** 'Patient/..' */
  patient: string
  /** ISO instants: from the admission on, up to the end of the window. */
  from: string
  until: string
}

const COUNT = 50

/**
 * Whether care was for comfort only by the end of the window: an estimate would fulfil itself.
 *
 * Said by a code of the site's table: as code or value of an Observation (a later one of the same code with another value
 * takes it back), or as code of a Condition that is active, a Procedure, or an order. What was said before this visit does
 * not count, but for a Condition.
 */
export async function isComfortCare(span: Span, record: RecordReader, codes: readonly SiteCode[]): Promise<boolean> {
  if (codes.length === 0) return false
  const tokens = tokensOf(codes)
  const of = <T extends Resource>(type: string, parameter: string): Promise<T[]> =>
    record.search<T>(`${type}?patient=${span.patient}&${parameter}=${tokens}&_count=${COUNT}`)
  for (const observation of await of<Observation>('Observation', 'code')) {
    if (stands(observation) && !isDenied(observation) && isWithin(timeOf(observation), span)) return true
  }
  for (const observation of await of<Observation>('Observation', 'value-concept')) {
    if (!stands(observation) || !isWithin(timeOf(observation), span)) continue
    if (await isLatest(observation, span, record, codes)) return true
  }
  const conditions = await of<Condition>('Condition', 'code')
  if (conditions.some((one) => isActive(one) && isBefore(one.onsetDateTime ?? one.recordedDate, span.until)))
    return true
  const procedures = await of<Procedure>('Procedure', 'code')
  if (procedures.some((one) => isDone(one) && isWithin(one.performedDateTime ?? one.performedPeriod?.start, span)))
    return true
  const orders = await of<ServiceRequest>('ServiceRequest', 'code')
  return orders.some((one) => ['active', 'completed'].includes(one.status ?? '') && isWithin(one.authoredOn, span))
}

/** Whether a resource may say so: what a change of it asks to look at a stay again. */
export function speaksOfComfortCare(resource: Resource, codes: readonly SiteCode[]): boolean {
  switch (resource.resourceType) {
    case 'Observation':
      return hasAny([resource.code, resource.valueCodeableConcept], codes)
    case 'Condition':
    case 'Procedure':
    case 'ServiceRequest':
      return hasAny([resource.code], codes)
    default:
      return false
  }
}

const stands = ({ status }: Observation): boolean => ['preliminary', 'final', 'amended', 'corrected'].includes(status)
const isDenied = ({ valueBoolean }: Observation): boolean => valueBoolean === false

/** Whether nothing else was said since under the same code: 'full treatment' takes 'comfort only' back. */
async function isLatest(
  { code, ...observation }: Observation,
  { patient, until }: Span,
  record: RecordReader,
  codes: readonly SiteCode[]
): Promise<boolean> {
  const same = (code.coding ?? []).flatMap((coding) =>
    coding.system && coding.code ? [{ system: coding.system, code: coding.code }] : []
  )
  if (same.length === 0) return true
  const found = await record.search<Observation>(
    `Observation?patient=${patient}&code=${tokensOf(same)}&date=ge${timeOf(observation as Observation)}&date=le${until}&_count=${COUNT}`
  )
  const latest = found
    .filter(stands)
    .sort((a, b) => Date.parse(timeOf(b) ?? '') - Date.parse(timeOf(a) ?? '') || (a.id! < b.id! ? -1 : 1))[0]
  return latest === undefined || hasAny([latest.valueCodeableConcept], codes)
}

function isActive({ clinicalStatus, verificationStatus }: Condition): boolean {
  const said = (concept: Condition['clinicalStatus']) => concept?.coding?.[0]?.code ?? ''
  return (
    !['inactive', 'remission', 'resolved'].includes(said(clinicalStatus)) &&
    !['refuted', 'entered-in-error'].includes(said(verificationStatus))
  )
}

const isDone = ({ status }: Procedure): boolean => ['in-progress', 'completed'].includes(status ?? '')

/** What has no date is taken as said in time: refusing is the safe side. */
const isBefore = (text: string | undefined, until: string): boolean =>
  text === undefined || !(Date.parse(text) > Date.parse(until))
const isWithin = (text: string | undefined, { from, until }: Span): boolean =>
  text === undefined || (isBefore(text, until) && !(Date.parse(text) < Date.parse(from)))
