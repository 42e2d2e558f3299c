import { lookup } from 'node:dns/promises'
import { BlockList, isIP } from 'node:net'
import { AppError } from '../../core/errors/app-error.ts'

/** Addresses that an outbound call reaches only when the site lists the host (hardening A3-37). */
const inside = new BlockList()
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4]
] as const) {
  inside.addSubnet(net, bits, 'ipv4')
}
for (const [net, bits] of [
  ['::', 128],
  ['::1', 128],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
  ['64:ff9b::', 96]
] as const) {
  inside.addSubnet(net, bits, 'ipv6')
}

const isInside = (address: string): boolean => {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped) return inside.check(mapped, 'ipv4')
  return inside.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
}

/** 'host' or 'host:port' of the configuration's allow-list covers the URL. The URL parser has already normalised odd spellings of an address. */
export function isListed(url: URL, allowed: readonly string[]): boolean {
  return allowed.includes(url.hostname) || allowed.includes(url.host)
}

/** Whether the URL names, as an address, a place that no call will ever go to. A host name is judged when it is called. */
export function isForbiddenAddress(url: URL, allowed: readonly string[]): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  return isIP(host) !== 0 && isInside(host) && !isListed(url, allowed)
}

/**
 * Resolves the host once and returns the address to connect to, so that a name cannot change between check and use.
 * @throws AppError NOT_PERMITTED (reason 'address-not-allowed') for loopback, private, link-local and metadata addresses
 *   that are not on the allow-list
 */
export async function safeAddress(url: URL, allowed: readonly string[]): Promise<{ address: string; family: 4 | 6 }> {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const found = isIP(host)
    ? [{ address: host, family: isIP(host) as 4 | 6 }]
    : await lookup(host, { all: true }).catch((cause) => {
        throw new AppError('DESTINATION_UNREACHABLE', { reason: 'name-not-found', cause })
      })
  const usable = isListed(url, allowed) ? found : found.filter(({ address }) => !isInside(address))
  const first = usable[0]
  if (!first)
    throw new AppError('NOT_PERMITTED', { at: 'Subscription.channel.endpoint', reason: 'address-not-allowed' })
  return first as { address: string; family: 4 | 6 }
}
