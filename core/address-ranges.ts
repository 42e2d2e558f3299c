import { BlockList, isIP } from 'node:net'
import { AppError } from './errors/app-error.ts'

/** A set of IP addresses, given as addresses and CIDR ranges. */
export interface AddressRanges {
  /**
   * Whether the address lies in one of the ranges. An IPv4 address in its IPv6 notation ('::ffff:10.0.0.1', as dual-stack
   * sockets give it) is judged as the IPv4 address; a zone ('fe80::1%eth0') is left aside; no address is in no range.
   */
  has(address: string | undefined): boolean
}

/**
 * Ranges like '10.1.0.0/16', '2001:db8::/32', or single addresses. Host names are refused: whoever runs the name server would
 * decide who gets in. A range of every address ('/0') is refused too: it says nothing.
 * @param at position of the list in the configuration
 * @throws AppError CONFIG_INVALID at the entry (reason 'address-range')
 */
export function readAddressRanges(texts: unknown, at: string): AddressRanges {
  if (!Array.isArray(texts) || texts.length === 0) throw new AppError('CONFIG_INVALID', { at, reason: 'address-range' })
  const ranges = new BlockList()
  texts.forEach((text: unknown, i) => {
    if (!add(ranges, String(text))) throw new AppError('CONFIG_INVALID', { at: `${at}[${i}]`, reason: 'address-range' })
  })
  return { has: (address) => isWithin(ranges, address) }
}

function add(ranges: BlockList, text: string): boolean {
  const match = /^([0-9A-Fa-f:.]+)(?:\/(\d{1,3}))?$/.exec(text)
  const version = isIP(match?.[1] ?? '')
  if (!match || version === 0) return false
  const most = version === 4 ? 32 : 128
  const bits = match[2] === undefined ? most : Number(match[2])
  if (bits < 1 || bits > most) return false
  ranges.addSubnet(match[1]!, bits, version === 4 ? 'ipv4' : 'ipv6')
  return true
}

function isWithin(ranges: BlockList, address: string | undefined): boolean {
  const bare = address?.split('%', 1)[0] ?? ''
  const version = isIP(bare)
  return version !== 0 && ranges.check(bare, version === 4 ? 'ipv4' : 'ipv6')
}
