import type { Bundle, BundleEntry, Patient, Provenance, Resource } from '@medplum/fhirtypes'
import type { RecordReader } from '../../../core/record.ts'
import { portable, referencesOf } from './references.ts'

export type Stored<T extends Resource = Resource> = T & { id: string }

/** What travels along when a result refers to it; everything else is referred to logically. */
const ALONG = new Set(['Patient', 'Device', 'DocumentReference'])

/**
 * The transaction of one result as it stood at an instant: its Provenance, what that is about, and of what they refer to the
 * Patient, the Device and the model card. Each version is the one that held at that instant, so the same event gives the same
 * bytes whenever it is sent.
 *
 * Entries are updates under our ids (R4 http.html#upsert), so a repeat makes no second resource; the Patient by one of its
 * identifiers where the other server has its own record of the person.
 */
export async function mirrorBundle(
  provenance: Stored<Provenance>,
  { record, patients, at }: { record: RecordReader; patients: 'id' | 'identifier'; at: string }
): Promise<Bundle> {
  const targets = await Promise.all(targetsOf(provenance).map((name) => asOf(record, name, at)))
  const results = targets.filter((resource) => resource !== undefined)
  const wanted = new Set<string>()
  for (const name of referencesOf([cardsOf(provenance), provenance.agent, ...results])) {
    if (ALONG.has(name.split('/')[0]!) && !name.startsWith('DocumentReference/')) wanted.add(name)
  }
  for (const name of referencesOf(cardsOf(provenance))) if (name.startsWith('DocumentReference/')) wanted.add(name)
  const further = await Promise.all([...wanted].sort().map((name) => asOf(record, name, at)))
  const all = [...further.filter((resource) => resource !== undefined), ...results, provenance]
  const places = new Map(all.map((resource) => [nameOf(resource), placeOf(resource, patients)]))
  const along = new Map([...places].map(([name, { fullUrl }]) => [name, fullUrl ?? name]))
  return {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: all.map((resource): BundleEntry => {
      const { fullUrl, url } = places.get(nameOf(resource))!
      return {
        ...(fullUrl ? { fullUrl } : {}),
        resource: portable(withoutStamps(resource, fullUrl !== undefined), along),
        request: { method: 'PUT', url }
      }
    })
  }
}

export const targetsOf = (provenance: Provenance): string[] => [...referencesOf(provenance.target)].sort()

const cardsOf = (provenance: Provenance) => (provenance.entity ?? []).filter(({ role }) => role === 'derivation')

/** The version that held at an instant; undefined when there was none. Versions are counted from 1 (core/fhir-store.ts). */
async function asOf(record: RecordReader, name: string, at: string): Promise<Stored | undefined> {
  let found = await record.read<Stored>(name)
  while (found && Date.parse(found.meta?.lastUpdated ?? '') > Date.parse(at)) {
    const version = Number(found.meta?.versionId)
    if (!(version > 1)) return undefined
    found = await record.read<Stored>(`${name}/_history/${version - 1}`)
  }
  return found
}

/** Where a resource goes: under our id, or a Patient under an identifier with a place of its own in the bundle. */
function placeOf(resource: Stored, patients: 'id' | 'identifier'): { url: string; fullUrl?: string } {
  const own = nameOf(resource)
  if (resource.resourceType !== 'Patient' || patients === 'id') return { url: own }
  const identifier = businessIdentifier(resource)
  if (!identifier) return { url: own }
  const { system, value } = identifier
  const token = system ? `${system}|${value}` : value!
  return { url: `Patient?identifier=${encodeURIComponent(token)}`, fullUrl: `urn:uuid:${resource.id}` }
}

/** The number people know: MR first, else the first one with a value. */
function businessIdentifier({ identifier = [] }: Patient) {
  const valued = identifier.filter(({ value }) => value)
  return valued.find(({ type }) => type?.coding?.some(({ code }) => code === 'MR')) ?? valued[0]
}

/** Version and time of the last change are the other server's to give; a conditional update carries no id. */
function withoutStamps(resource: Stored, isConditional: boolean): Resource {
  const { id, meta: { versionId: _versionId, lastUpdated: _lastUpdated, ...meta } = {}, ...rest } = resource
  return { ...rest, ...(isConditional ? {} : { id }), ...(Object.keys(meta).length > 0 ? { meta } : {}) } as Resource
}

const nameOf = ({ resourceType, id }: Stored): string => `${resourceType}/${id}`
