import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { readAddressRanges } from '../../core/address-ranges.ts'
import { AppError } from '../../core/errors/app-error.ts'
import { isListed } from '../../core/listed-host.ts'

/**
 * Addresses that an outbound call reaches only when the site lists them (hardening A3-37): all that the IANA registries of
 * special-purpose addresses hold, so loopback, private, link-local (with the metadata services of clouds), multicast, and the
 * IPv6 ranges that carry an IPv4 address inside. IPv4-mapped addresses are judged as the IPv4 address they are.
 */
const inside = readAddressRanges(
  [
    '0.0.0.0/8',
    '10.0.0.0/8',
    '100.64.0.0/10',
    '127.0.0.0/8',
    '169.254.0.0/16',
    '172.16.0.0/12',
    '192.0.0.0/24',
    '192.0.2.0/24',
    '192.88.99.0/24',
    '192.168.0.0/16',
    '198.18.0.0/15',
    '198.51.100.0/24',
    '203.0.113.0/24',
    '224.0.0.0/4',
    '240.0.0.0/4',
    '::/96',
    '64:ff9b::/96',
    '64:ff9b:1::/48',
    '100::/64',
    '2001::/23',
    '2001:db8::/32',
    '2002::/16',
    '3fff::/20',
    '5f00::/16',
    'fc00::/7',
    'fe80::/10',
    'fec0::/10',
    'ff00::/8'
  ],
  'inside'
)

export interface ResolvedAddress {
  address: string
  family: 4 | 6
}
/** All addresses of a name; rejects when there is none. */
export type Resolve = (host: string) => Promise<ResolvedAddress[]>

const resolveByDns: Resolve = async (host) => (await lookup(host, { all: true })) as ResolvedAddress[]

const bare = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '')

/** Addresses may be listed too, with ranges: 'subscribers are in 10.4.0.0/16', whatever their names. */
function mayReach(address: string, allowed: readonly string[]): boolean {
  if (isIP(address) === 0) return false
  if (!inside.has(address)) return true
  const ranges = allowed.filter((entry) => entry.includes('/'))
  return ranges.length > 0 && readAddressRanges(ranges, 'subscriptions.allowedHosts').has(address)
}

/** Whether the URL names, as an address, a place that no call will ever go to. A host name is judged when it is called. */
export function isForbiddenAddress(url: URL, allowed: readonly string[]): boolean {
  const host = bare(url)
  return isIP(host) !== 0 && !mayReach(host, allowed) && !isListed(url, allowed)
}

/**
 * Resolves the host once and returns the address to connect to, so that a name cannot change between check and use.
 * Of several addresses one that is permitted is taken.
 * @throws AppError NOT_PERMITTED (reason 'address-not-allowed') for loopback, private, link-local and metadata addresses
 *   that are not on the allow-list; DESTINATION_UNREACHABLE (reason 'name-not-found')
 */
export async function safeAddress(
  url: URL,
  allowed: readonly string[],
  resolve: Resolve = resolveByDns
): Promise<ResolvedAddress> {
  const host = bare(url)
  const found = isIP(host)
    ? [{ address: host, family: isIP(host) as 4 | 6 }]
    : await resolve(host).catch((cause) => {
        throw new AppError('DESTINATION_UNREACHABLE', { reason: 'name-not-found', cause })
      })
  const listed = isListed(url, allowed)
  const first = found.find(({ address }) => (listed ? isIP(address) !== 0 : mayReach(address, allowed)))
  if (!first)
    throw new AppError('NOT_PERMITTED', { at: 'Subscription.channel.endpoint', reason: 'address-not-allowed' })
  return first
}
