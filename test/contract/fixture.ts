import { readdirSync, readFileSync } from 'node:fs'
import { peekEcg } from '../../adapters/ecg/peek.ts'
import { peekFhir } from '../../adapters/formats/fhir-bundle/peek.ts'
import { peekHl7v2 } from '../../adapters/hl7v2/peek.ts'
import type { Envelope, Family, Peek, PeekFn } from '../../core/envelope.ts'
import type { Format } from '../../core/format.ts'
import { peekDicom } from '../../dicom/peek.ts'

/** The same peeks as the composition root gives the intake. */
const PEEKS: Partial<Record<Family, PeekFn>> = { hl7v2: peekHl7v2, dicom: peekDicom, fhir: peekFhir, ecg: peekEcg }

/** One file of a format's fixtures/ folder; `<name>.md` beside it says where it comes from. */
export interface Fixture {
  name: string
  bytes: Buffer
}

export function readFixtures(folder: URL): Fixture[] {
  return readdirSync(new URL('fixtures/', folder), { withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.md'))
    .map(({ name }) => ({ name, bytes: readFileSync(new URL(`fixtures/${name}`, folder)) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** What the intake would see; a family without a peek is offered under its media type. */
export const peekOf = (format: Format, bytes: Uint8Array): Peek =>
  PEEKS[format.family]?.(bytes, { mediaType: format.mediaTypes[0] }) ?? {
    kind: format.mediaTypes[0]!,
    correlation: {}
  }

export function envelopeOf(format: Format, body: Uint8Array, kind: string): Envelope {
  return {
    id: '01JZZZZZZZZZZZZZZZZZZZZZZZ',
    feed: 'contract',
    family: format.family,
    kind,
    mediaType: format.mediaTypes[0]!,
    receivedAt: '2026-03-01T12:00:00.000Z',
    correlation: {},
    body
  }
}

/** A well-formed message with `times` the content, by family; other families: the bytes repeated. */
export function enlarge(family: Family, bytes: Buffer, times: number): Buffer {
  if (family === 'hl7v2') {
    const end = bytes.indexOf('\r') + 1
    const body = bytes.subarray(end)
    return Buffer.concat([bytes.subarray(0, end), ...Array.from({ length: times }, () => body)])
  }
  if (family === 'dicom') return Buffer.concat([bytes, trailingPadding(bytes.length * (times - 1))])
  if (family === 'fhir') return enlargeBundle(bytes, times)
  if (bytes.includes('</')) return enlargeXml(bytes.toString(), times)
  return Buffer.concat(Array.from({ length: times }, () => bytes))
}

/** (FFFC,FFFC) Data Set Trailing Padding, explicit VR little endian, even length (PS3.10 section 7.2). */
function trailingPadding(size: number): Buffer {
  const even = size + (size % 2)
  const head = Buffer.from([0xfc, 0xff, 0xfc, 0xff, 0x4f, 0x42, 0, 0, 0, 0, 0, 0])
  head.writeUInt32LE(even, 8)
  return Buffer.concat([head, Buffer.alloc(even)])
}

/** The document element with its content `times` over. */
function enlargeXml(text: string, times: number): Buffer {
  const start = text.indexOf('>', text.search(/<[A-Za-z]/)) + 1
  const end = text.lastIndexOf('</')
  return Buffer.from(text.slice(0, start) + text.slice(start, end).repeat(times) + text.slice(end))
}

function enlargeBundle(bytes: Buffer, times: number): Buffer {
  const resource = JSON.parse(bytes.toString()) as { entry?: unknown[] }
  const entry = resource.entry
  if (!entry) return Buffer.concat([bytes, Buffer.alloc(bytes.length * (times - 1), ' ')])
  return Buffer.from(JSON.stringify({ ...resource, entry: Array.from({ length: times }, () => entry).flat() }))
}
