import type { Family } from '../../../core/envelope.ts'
import { ownValue } from '../../../core/own-value.ts'
import { ECG_KINDS, ecgKindOf } from '../../ecg/kinds.ts'
import { recogniseEcg } from '../../ecg/recognise.ts'
import { HL7V2_MEDIA_TYPE } from '../../hl7v2/media-type.ts'

export interface Detected {
  family: Family
  mediaType: string
}

/** What the first bytes prove, before any claim of the sender. */
const MAGIC: readonly { at: number; text: string; is: Detected }[] = [
  { at: 128, text: 'DICM', is: { family: 'dicom', mediaType: 'application/dicom' } },
  ...['MSH', 'FHS', 'BHS', '\x0bMSH'].map((text) => ({
    at: 0,
    text,
    is: { family: 'hl7v2', mediaType: HL7V2_MEDIA_TYPE } as Detected
  }))
]

/** What a Content-Type says when the bytes alone do not; parameters are dropped. */
const MEDIA_TYPES: Readonly<Record<string, Family>> = {
  [HL7V2_MEDIA_TYPE]: 'hl7v2',
  'application/hl7-v2': 'hl7v2',
  'application/hl7-v2+er7': 'hl7v2',
  'application/dicom': 'dicom',
  'application/fhir+json': 'fhir',
  'application/fhir+xml': 'fhir'
}

const HEAD_BYTES = 4096

/**
 * Family and media type of a file: by its first bytes, where XML and JSON are looked into for the FHIR name space, else
 * by the Content-Type.
 *
 * @returns undefined when neither says anything
 */
export function detect(bytes: Uint8Array, contentType = ''): Detected | undefined {
  const isMarked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
  const head = Buffer.from(bytes.subarray(isMarked ? 3 : 0, HEAD_BYTES)).toString('latin1')
  const magic = MAGIC.find(({ at, text }) => head.startsWith(text, at))
  if (magic) return magic.is
  const kind = recogniseEcg(bytes)
  if (kind) return { family: 'ecg', mediaType: ECG_KINDS[kind] }
  const claimed = contentType.split(';', 1)[0]!.trim().toLowerCase()
  const family = ownValue(MEDIA_TYPES, claimed) ?? (ecgKindOf(claimed) && 'ecg')
  if (family) return { family, mediaType: claimed }
  const text = head.trimStart()
  if (text.startsWith('{') && text.includes('"resourceType"')) {
    return { family: 'fhir', mediaType: 'application/fhir+json' }
  }
  if (text.startsWith('<') && text.includes('http://hl7.org/fhir')) {
    return { family: 'fhir', mediaType: 'application/fhir+xml' }
  }
  return undefined
}
