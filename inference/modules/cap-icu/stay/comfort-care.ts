import type { Condition, Observation, Procedure, Resource, ServiceRequest } from '@medplum/fhirtypes'
import type { RecordReader } from '../../../../core/record.ts'
import { isStanding } from '../../../record/condition.ts'
import { instantOf } from '../../../record/times.ts'
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
  const isSaid = async (resource: Resource, text: string | undefined): Promise<boolean> =>
    isWithin(text ?? (await receivedAt(resource, record)), span)
  for (const one of await of<Observation>('Observation', 'code')) {
    if (stands(one) && one.valueBoolean !== false && (await isSaid(one, timeOf(one)))) return true
  }
  for (const one of await of<Observation>('Observation', 'value-concept')) {
    if (stands(one) && (await isSaid(one, timeOf(one))) && (await isLatest(one, span, record, codes))) return true
  }
  for (const one of await of<Condition>('Condition', 'code')) {
    const said = instantOf(one.onsetDateTime) ?? one.recordedDate ?? (await receivedAt(one, record))
    if (isStanding(one) && isBefore(said, span.until)) return true
  }
  for (const one of await of<Procedure>('Procedure', 'code')) {
    if (isDone(one) && (await isSaid(one, one.performedDateTime ?? one.performedPeriod?.start))) return true
  }
  for (const one of await of<ServiceRequest>('ServiceRequest', 'code')) {
    if (['active', 'completed'].includes(one.status ?? '') && (await isSaid(one, one.authoredOn))) return true
  }
  return false
}

/** What names no time was said when it came: the commit of its first version. */
async function receivedAt(resource: Resource, record: RecordReader): Promise<string | undefined> {
  const first = await record.read<Resource>(`${resource.resourceType}/${resource.id}/_history/1`)
  return (first ?? resource).meta?.lastUpdated
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

/** Whether nothing else was said since under the same code: 'full treatment' takes 'comfort only' back. */
async function isLatest(
  said: Observation,
  { patient, until }: Span,
  record: RecordReader,
  codes: readonly SiteCode[]
): Promise<boolean> {
  const at = timeOf(said)
  const same = (said.code.coding ?? []).flatMap(({ system, code }) => (system && code ? [{ system, code }] : []))
  if (same.length === 0 || at === undefined) return true
  const found = await record.search<Observation>(
    `Observation?patient=${patient}&code=${tokensOf(same)}&date=ge${at}&date=le${until}&_count=${COUNT}`
  )
  const latest = found
    .filter(stands)
    .sort((a, b) => Date.parse(timeOf(b) ?? '') - Date.parse(timeOf(a) ?? '') || (a.id! < b.id! ? -1 : 1))[0]
  return latest === undefined || hasAny([latest.valueCodeableConcept], codes)
}

const isDone = ({ status }: Procedure): boolean => ['in-progress', 'completed'].includes(status ?? '')

const isBefore = (text: string | undefined, until: string): boolean =>
  text === undefined || !(Date.parse(text) > Date.parse(until))
const isWithin = (text: string | undefined, { from, until }: Span): boolean =>
  isBefore(text, until) && !(text !== undefined && Date.parse(text) < Date.parse(from))
