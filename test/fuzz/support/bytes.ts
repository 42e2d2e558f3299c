import type { Random } from './random.ts'

/** Values that lengths, counts and offsets are lied to with. */
const LIES = [0, 1, 2, 0x7f, 0xff, 0x7fff, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff]

const MUTATIONS: readonly ((bytes: Buffer, random: Random) => Buffer)[] = [
  function flipBit(bytes, random) {
    const at = random.below(bytes.length)
    bytes[at]! ^= 1 << random.below(8)
    return bytes
  },
  function setByte(bytes, random) {
    bytes[random.below(bytes.length)] = random.pick([0, 0x0b, 0x0d, 0x1b, 0x1c, 0x20, 0x5c, 0x7f, 0x80, 0xff])
    return bytes
  },
  function truncate(bytes, random) {
    return bytes.subarray(0, random.below(bytes.length))
  },
  function lie16(bytes, random) {
    const at = random.below(Math.max(1, bytes.length - 2))
    if (bytes.length >= 2) bytes.writeUInt16LE(random.pick(LIES) & 0xffff, at)
    return bytes
  },
  function lie32(bytes, random) {
    const at = random.below(Math.max(1, bytes.length - 4))
    if (bytes.length < 4) return bytes
    if (random.chance(0.5)) bytes.writeUInt32LE(random.pick(LIES), at)
    else bytes.writeUInt32BE(random.pick(LIES), at)
    return bytes
  },
  function insert(bytes, random) {
    const at = random.below(bytes.length)
    return Buffer.concat([bytes.subarray(0, at), random.bytes(1 + random.below(16)), bytes.subarray(at)])
  },
  function remove(bytes, random) {
    const at = random.below(bytes.length)
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random.below(16))])
  },
  function repeat(bytes, random) {
    const at = random.below(bytes.length)
    const part = bytes.subarray(at, at + 1 + random.below(64))
    return Buffer.concat([bytes.subarray(0, at), ...Array<Buffer>(1 + random.below(20)).fill(part), bytes.subarray(at)])
  }
]

/** One or some changes of a copy. */
export function mutateBytes(bytes: Uint8Array, random: Random): Buffer {
  let out: Buffer = Buffer.from(bytes)
  for (let n = random.count(6); n > 0 && out.length > 0; n--) out = random.pick(MUTATIONS)(out, random)
  return out
}

/** The bytes in pieces as a network might cut them. */
export function inPieces(bytes: Uint8Array, random: Random): Uint8Array[] {
  if (bytes.length < 2 || random.chance(0.5)) return [bytes]
  const cuts = Array.from({ length: random.count(5) }, () => random.below(bytes.length)).sort((a, b) => a - b)
  return [0, ...cuts].map((from, i) => bytes.subarray(from, cuts[i] ?? bytes.length)).filter(({ length }) => length > 0)
}
