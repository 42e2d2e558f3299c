import type { Resource, Subscription } from '@medplum/fhirtypes'
import type { ChangeEvent } from '../../core/changes.ts'
import type { Destination, OutboundPayload, Sent } from '../../core/destination.ts'
import { stringifyJson } from '../../core/json-numbers.ts'
import type { RecordReader } from '../../core/record.ts'
import { versionOf } from './heed.ts'
import { httpCall } from './http-call.ts'

const TIMEOUT_MS = 10_000

/**
 * FHIR R4 Subscription, channel rest-hook (R4 subscription.html): without payload a POST with empty body to the endpoint;
 * with payload an update of the resource at the endpoint as service base, PUT [endpoint]/[type]/[id].
 * The header X-HisBundle-Event-Id is the same for every resend of one event.
 */
export function restHook(
  subscription: Subscription & { id: string },
  name: string,
  allowedHosts: readonly string[]
): Omit<Destination, 'wants'> {
  const { endpoint = '', payload, header } = subscription.channel
  const own = Object.fromEntries(
    (header ?? []).map((line) => [
      line.slice(0, line.indexOf(':')).toLowerCase(),
      line.slice(line.indexOf(':') + 1).trim()
    ])
  )
  return {
    name,
    async build(event: ChangeEvent, record: RecordReader): Promise<OutboundPayload | undefined> {
      const id = `${event.eventId}`
      if (!payload) return { id, mediaType: '', bytes: new Uint8Array(0), headers: { target: '' } }
      const resource = await record.read<Resource>(versionOf(event))
      return (
        resource && {
          id,
          mediaType: 'application/fhir+json',
          bytes: Buffer.from(stringifyJson(resource)),
          headers: { target: `${event.resourceType}/${event.id}` }
        }
      )
    },
    async send({ id, mediaType, bytes, headers }: OutboundPayload): Promise<Sent> {
      const target = headers?.target
      return httpCall({
        method: target ? 'PUT' : 'POST',
        url: target ? `${endpoint.replace(/\/$/, '')}/${target}` : endpoint,
        headers: {
          ...own,
          'x-hisbundle-event-id': id,
          'x-hisbundle-subscription': subscription.id,
          ...(mediaType ? { 'content-type': mediaType } : {})
        },
        ...(target ? { body: bytes } : {}),
        timeoutMs: TIMEOUT_MS,
        allowedHosts
      })
    }
  }
}
