import { createHash, createHmac, randomBytes } from 'node:crypto'

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** The namespace of every name-based id of His Bundle (a random UUID, fixed once). */
const NAMESPACE = Buffer.from('6d0c7b1e4a5f4c0b9b3e5a8f2d1c7e90', 'hex')

/** Makes ULIDs that rise strictly within this process, whatever the clock does (rules: ids never repeat or go back). */
export function ulidFactory(now: () => number = Date.now): () => string {
  let lastTime = 0
  let lastRandom = new Uint8Array(16)
  return () => {
    const time = Math.max(now(), lastTime)
    if (time === lastTime) {
      lastRandom = increment(lastRandom)
    } else {
      lastRandom = Uint8Array.from(randomBytes(16), (byte) => byte & 31)
    }
    lastTime = time
    return encodeTime(time) + Array.from(lastRandom, (digit) => CROCKFORD[digit]).join('')
  }
}

/** Milliseconds since 1970 that a ULID carries. */
export function ulidTime(ulid: string): number {
  return [...ulid.slice(0, 10)].reduce((sum, letter) => sum * 32 + CROCKFORD.indexOf(letter), 0)
}

/** UUIDv5 (RFC 9562 section 5.5) of the parts, which are joined so that no two lists of parts collide. */
export function uuidV5(...parts: string[]): string {
  const digest = createHash('sha1').update(NAMESPACE).update(JSON.stringify(parts)).digest()
  return formatUuid(digest, 0x50)
}

/** A UUID (version 8, RFC 9562 section 5.8) made from the parts with a site's secret: for ids that involve an MRN. */
export function keyedUuid(secret: string, ...parts: string[]): string {
  return formatUuid(createHmac('sha256', secret).update(JSON.stringify(parts)).digest(), 0x80)
}

export const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex')

function formatUuid(digest: Buffer, version: number): string {
  const bytes = Buffer.from(digest.subarray(0, 16))
  bytes[6] = (bytes[6]! & 0x0f) | version
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

function encodeTime(time: number): string {
  let text = ''
  for (let rest = time, i = 0; i < 10; i++, rest = Math.floor(rest / 32)) text = CROCKFORD[rest % 32] + text
  return text
}

function increment(digits: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const next = Uint8Array.from(digits)
  for (let i = next.length - 1; i >= 0; i--) {
    next[i] = (next[i]! + 1) & 31
    if (next[i] !== 0) break
  }
  return next
}
