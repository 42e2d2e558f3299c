import type { Resource, Subscription } from '@medplum/fhirtypes'
import { AppError } from '../../core/errors/app-error.ts'
import { isForbiddenAddress } from './safe-address.ts'

export interface CriteriaMatcher {
  /** Throws FHIR_SEARCH_UNSUPPORTED with the reason when the criteria can never be evaluated. */
  compile(criteria: string): void
  /** The same semantics as a search, on this one version. */
  matches(criteria: string, resource: Resource): boolean
}

const CHANNELS = new Set(['rest-hook', 'websocket'])
/** RFC 9110 section 5.5 without obs-text: what Node would refuse to send would stand in the queue for ever. */
const HEADER = /^[A-Za-z0-9-]+: ?[\t\x20-\x7e]*$/
/** How a request is framed and whom it is for is not the subscriber's to say (a Host of somebody else, a second length). */
const OURS = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade'
])
const PAYLOADS = new Set([undefined, '', 'application/fhir+json', 'application/json'])

/**
 * Refuses a Subscription that could never fire, naming the part (hardening A1-2): unknown type or parameter in the
 * criteria, unsupported channel, an endpoint that is no address or one that the site forbids, a payload that is not offered, an end in the past.
 */
export function checkSubscription(
  resource: Resource,
  matcher: CriteriaMatcher,
  now: Date,
  allowedHosts: readonly string[] = []
): AppError | undefined {
  if (resource.resourceType !== 'Subscription') return undefined
  const never = (at: string, reason: string) =>
    new AppError('SUBSCRIPTION_NEVER_FIRES', { at: `Subscription.${at}`, reason })
  if (resource.status === 'off') return undefined
  try {
    matcher.compile(resource.criteria)
  } catch (error) {
    return never('criteria', (error as AppError).reason ?? 'not-supported')
  }
  const { type, endpoint, payload, header } = resource.channel
  if (!CHANNELS.has(type)) return never('channel.type', 'channel-not-offered')
  if (!PAYLOADS.has(payload)) return never('channel.payload', 'payload-not-offered')
  if (type === 'rest-hook' && !isHttp(endpoint)) return never('channel.endpoint', 'no-http-address')
  if (type === 'rest-hook' && isForbiddenAddress(new URL(endpoint!), allowedHosts))
    return never('channel.endpoint', 'address-not-allowed')
  if (type === 'rest-hook' && (new URL(endpoint!).username || new URL(endpoint!).password))
    return never('channel.endpoint', 'credentials-in-address')
  if (header?.some((line) => !HEADER.test(line))) return never('channel.header', 'not-a-header')
  if (header?.some((line) => OURS.has(line.split(':')[0]!.toLowerCase())))
    return never('channel.header', 'header-not-allowed')
  if (resource.end && Date.parse(resource.end) <= now.getTime()) return never('end', 'in-the-past')
  return undefined
}

function isHttp(endpoint: string | undefined): boolean {
  try {
    const url = new URL(endpoint ?? '')
    return (url.protocol === 'http:' || url.protocol === 'https:') && url.hostname !== ''
  } catch {
    return false
  }
}

export const isLive = (subscription: Subscription, now: Date): boolean =>
  subscription.status !== 'off' && !(subscription.end && Date.parse(subscription.end) <= now.getTime())
