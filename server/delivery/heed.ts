import type { Resource } from '@medplum/fhirtypes'
import type { ChangeEvent } from '../../core/changes.ts'
import type { RecordReader } from '../../core/record.ts'
import type { Outbox } from './outbox.ts'

/** Statuses that take something back or change it: whoever got the earlier version must hear (rules section 8). */
const TAKES_BACK = new Set(['corrected', 'amended', 'entered-in-error', 'cancelled', 'revoked', 'rejected', 'failed'])

export const versionOf = (event: ChangeEvent): string => `${event.resourceType}/${event.id}/_history/${event.versionId}`
export const resourceOf = (event: ChangeEvent): string => `${event.resourceType}/${event.id}`

/**
 * Whether a version is news to a destination, given what it got before:
 * - a version that takes back one it got goes there even if its criteria no longer match;
 * - one that differs from the last it got in subject, encounter or stamps only (a merge moved it) does not.
 */
export async function isNews(options: {
  event: ChangeEvent
  version: Resource
  destination: string
  matches: boolean
  outbox: Pick<Outbox, 'sentVersions'>
  reader: RecordReader
}): Promise<boolean> {
  const { event, version, destination, matches, outbox, reader } = options
  const sent = await outbox.sentVersions(destination, resourceOf(event))
  if (sent.includes(event.versionId)) return true
  const last = sent.at(-1)
  if (last === undefined) return matches
  const before = await reader.read<Resource>(`${resourceOf(event)}/_history/${last}`)
  if (before && sameBut(before, version)) return false
  return matches || TAKES_BACK.has((version as { status?: string }).status ?? '')
}

function sameBut(a: Resource, b: Resource): boolean {
  return essence(a) === essence(b)
}

const STAMPS = new Set(['meta', 'subject', 'patient', 'for', 'encounter', 'basis', 'derivedFrom', 'text'])

function essence(resource: Resource): string {
  const entries = Object.entries(resource).filter(([key]) => !STAMPS.has(key))
  return JSON.stringify(entries.sort(([x], [y]) => (x < y ? -1 : 1)))
}
