import type { DocumentReference } from '@medplum/fhirtypes'
import { LOINC } from '../codes/loinc.ts'
import { concept } from '../codes/table.ts'
import { EXTENSION, HIS, IDENTIFIER, PROFILE } from '../generated/constants.ts'
import { withoutUndefined } from './without-undefined.ts'

const BLOB_URL = 'urn:sha256:'

export interface WaveformDocumentInput {
  /** sha256 (hex) and size in bytes of the blob. */
  sha256: string
  size: number
  subject?: string
  encounter?: string
  /** ISO instant at which the document was made here. */
  date?: string
  sampleDigest?: string
  contentType?: string
  description?: string
}

/** The DocumentReference that names the blob of a recording by sha256 (HisBundleWaveformDocument). */
export function buildWaveformDocument(input: WaveformDocumentInput): DocumentReference {
  return withoutUndefined<DocumentReference>({
    resourceType: 'DocumentReference',
    meta: { profile: [PROFILE.waveformDocument] },
    extension: input.sampleDigest ? [{ url: EXTENSION.sampleDigest, valueString: input.sampleDigest }] : undefined,
    masterIdentifier: { system: IDENTIFIER.blobSha256, value: input.sha256 },
    status: 'current',
    type: concept(LOINC.ekgStudy),
    subject: input.subject ? { reference: input.subject } : undefined,
    date: input.date,
    description: input.description,
    content: [
      {
        attachment: {
          contentType: input.contentType ?? 'application/octet-stream',
          url: BLOB_URL + input.sha256,
          size: input.size
        },
        format: { ...HIS['waveform-blob-1'] }
      }
    ],
    context: input.encounter ? { encounter: [{ reference: input.encounter }] } : undefined
  })
}

/** sha256 of the blob that a waveform document names; undefined when it is no such document. */
export function blobOfDocument(document: DocumentReference): string | undefined {
  const { system, value } = document.masterIdentifier ?? {}
  return system === IDENTIFIER.blobSha256 ? value : undefined
}
