import { ECG_KINDS } from '../../ecg/kinds.ts'
import { recogniseEcg } from '../../ecg/recognise.ts'

/** First bytes that settle what a file is, whatever the sender called it. */
const MAGIC: readonly { at: number; text: string; mediaType: string }[] = [
  { at: 128, text: 'DICM', mediaType: 'application/dicom' },
  { at: 0, text: '%PDF', mediaType: 'application/pdf' },
  { at: 0, text: '\x89PNG', mediaType: 'image/png' },
  { at: 0, text: '\xff\xd8\xff', mediaType: 'image/jpeg' },
  { at: 0, text: '{\\rtf', mediaType: 'application/rtf' },
  { at: 0, text: 'MSH|', mediaType: 'x-application/hl7-v2+er7' }
]

/** Subtypes of table 0291 and what senders write instead. */
const SUBTYPES: Readonly<Record<string, string>> = {
  pdf: 'application/pdf',
  dicom: 'application/dicom',
  xml: 'application/xml',
  'x-hl7-cda-level-one': 'application/xml',
  rtf: 'application/rtf',
  html: 'text/html',
  plain: 'text/plain',
  jpeg: 'image/jpeg',
  png: 'image/png',
  tiff: 'image/tiff'
}

/** Media type by the bytes, else by the ED's subtype or type, else application/octet-stream. */
export function mediaTypeOf(bytes: Uint8Array, stated: { type: string; subtype: string }): string {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 4096)).toString('latin1')
  const magic = MAGIC.find(({ at, text }) => head.startsWith(text, at))
  if (magic) return magic.mediaType
  const kind = recogniseEcg(bytes)
  if (kind) return ECG_KINDS[kind]
  const start = head.replace(/^\xef\xbb\xbf/, '').trimStart()
  if (start.startsWith('<?xml')) return 'application/xml'
  if (start.startsWith('{') && start.includes('"resourceType"')) return 'application/fhir+json'
  for (const name of [stated.subtype, stated.type]) {
    const folded = name.trim().toLowerCase()
    if (Object.hasOwn(SUBTYPES, folded)) return SUBTYPES[folded] ?? 'application/octet-stream'
    if (/^[a-z]+\/[a-z0-9.+-]{1,60}$/.test(folded)) return folded
  }
  return stated.type.trim().toUpperCase() === 'TEXT' ? 'text/plain' : 'application/octet-stream'
}
