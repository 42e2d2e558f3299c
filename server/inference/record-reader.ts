import type { DocumentReference, Observation, Resource } from '@medplum/fhirtypes'
import { AppError } from '../../core/errors/app-error.ts'
import type { FhirStore } from '../../core/fhir-store.ts'
import type { RecordReader } from '../../core/record.ts'
import type { Waveform } from '../../core/waveform.ts'
import { waveformOfEcgObservation } from '../../fhir-profiles/builders/ecg-observation.ts'
import { digestOf } from './digest.ts'

/** A reader that also knows the sha256 of what it read: the blob of a tracing, the content of a resource. */
export interface TrackingReader extends RecordReader {
  /** By versioned reference 'Type/id/_history/version'. */
  hashOf(versionedReference: string): string | undefined
}

const BLOB_URL = 'urn:sha256:'

/**
 * @param readWaveform the waveform in the blob with that sha256
 */
export function createRecordReader(
  store: Pick<FhirStore, 'read' | 'readVersion' | 'search'>,
  readWaveform: (sha256: string) => Promise<Waveform>
): TrackingReader {
  /** sha256 of a tracing's blob, or of a resource once it was asked for: a stay is thousands of resources, most runs need none. */
  const hashes = new Map<string, string>()
  const seen = new Map<string, Resource>()
  const noted = <T extends Resource>(resource: T): T => {
    const key = versionedReference(resource)
    if (!seen.has(key)) seen.set(key, resource)
    return resource
  }
  const read = async <T extends Resource>(reference: string): Promise<T | undefined> => {
    const [type, id, history, version] = reference.split('/')
    if (!type || !id) return undefined
    if (history !== '_history' || !version) {
      const current = await store.read<T>(type, id)
      return current && noted(current)
    }
    // A version never changes: what was read once is not read again.
    const known = seen.get(reference) as T | undefined
    const found = known ?? (await store.readVersion<T>(type, id, version))
    return found && noted(found)
  }
  return {
    read,
    search: async <T extends Resource>(query: string) => (await store.search<T>(query)).map(noted),
    async waveform(reference, window) {
      const resource = await read<Observation | DocumentReference>(reference)
      if (!resource) throw new AppError('FHIR_NOT_FOUND')
      const sha256 = await blobOf(resource, read)
      // An ECG that came over REST has its samples in the components and no blob.
      const waveform = sha256
        ? await readWaveform(sha256)
        : resource.resourceType === 'Observation'
          ? waveformOfEcgObservation(resource)
          : undefined
      if (!waveform) throw new AppError('BLOB_MISSING', { reason: 'no-waveform' })
      if (sha256) hashes.set(versionedReference(resource), sha256)
      return window ? cut(waveform, window) : waveform
    },
    get reads() {
      return [...seen.keys()].sort()
    },
    hashOf(reference) {
      const resource = seen.get(reference)
      const known = hashes.get(reference) ?? (resource && digestOf(resource))
      if (known) hashes.set(reference, known)
      return known
    }
  }
}

export const versionedReference = (resource: Resource): string =>
  `${resource.resourceType}/${resource.id}/_history/${resource.meta?.versionId ?? '1'}`

async function blobOf(
  resource: Observation | DocumentReference,
  read: <T extends Resource>(reference: string) => Promise<T | undefined>
): Promise<string | undefined> {
  const references = resource.resourceType === 'Observation' ? (resource.derivedFrom ?? []) : []
  const documents = references.flatMap(({ reference }) =>
    reference?.startsWith('DocumentReference/') ? [reference] : []
  )
  const candidates = resource.resourceType === 'DocumentReference' ? [resource] : []
  for (const reference of documents) {
    const document = await read<DocumentReference>(reference)
    if (document) candidates.push(document)
  }
  for (const { content } of candidates) {
    const url = content?.[0]?.attachment?.url
    if (url?.startsWith(BLOB_URL)) return url.slice(BLOB_URL.length)
  }
  return undefined
}

/** Seconds from the start, half-open. */
function cut(waveform: Waveform, { from, to }: { from: number; to: number }): Waveform {
  const [start, end] = [from, to].map((seconds) => Math.max(0, Math.round(seconds * waveform.rateHz))) as [
    number,
    number
  ]
  return {
    ...waveform,
    samples: waveform.samples.map((lead) => lead.slice(start, end)),
    gaps: waveform.gaps
      .map((gap) => ({ ...gap, from: Math.max(gap.from, start) - start, to: Math.min(gap.to, end) - start }))
      .filter((gap) => gap.to > gap.from)
  }
}
