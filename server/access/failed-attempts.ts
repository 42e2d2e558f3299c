import { isIPv6 } from 'node:net'

/** Failures that an address has at once, and how fast they come back. */
const BURST = 20
const PER_SECOND = 0.5
/** Addresses that are remembered; beyond it the one seen longest ago is forgotten. */
const MAX_ADDRESSES = 4096

export interface FailedAttempts {
  /** Counts a failure of that address. @returns whether it is still within its allowance */
  note(address: string | undefined): boolean
  /** Addresses in memory. */
  readonly size: number
}

/**
 * How often an address may fail to say who it is (token bucket an address; of IPv6 the /64, which one host has whole). Beyond it
 * the answer is 429, in silence. Only failures count: right credentials from the same address (a proxy, a ward behind
 * one NAT) always pass, so a storm starves nobody. Tokens of 256 random bits cannot be guessed; this bounds the log and
 * the work, in bounded memory.
 * @param now monotonic, milliseconds
 */
export function createFailedAttempts(now: () => number = () => performance.now()): FailedAttempts {
  const buckets = new Map<string, { left: number; at: number }>()
  return {
    note(address) {
      const key = network(address ?? '')
      const bucket = buckets.get(key) ?? { left: BURST, at: now() }
      const left = Math.min(BURST, bucket.left + ((now() - bucket.at) / 1000) * PER_SECOND)
      // Set anew at the end: the first key of the map is the one seen longest ago.
      buckets.delete(key)
      buckets.set(key, { left: Math.max(0, left - 1), at: now() })
      if (buckets.size > MAX_ADDRESSES) buckets.delete(buckets.keys().next().value!)
      return left >= 1
    },
    get size() {
      return buckets.size
    }
  }
}

function network(address: string): string {
  const bare = address.split('%', 1)[0]!
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)
  if (mapped) return mapped[1]!
  if (!isIPv6(bare)) return bare
  const [head = '', tail] = bare.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail ? tail.split(':') : []
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length
  return [...left, ...Array<string>(Math.max(0, zeros)).fill('0'), ...right].slice(0, 4).join(':')
}
