/** Packs counts as XLI does, for fixtures and round trips; the inverse of `xli/`, written from the same description. */

const CODE_BITS = 10
const LAST_ENTRY = 1022

/** LZW with ten-bit codes, high bits first; the table is filled up to entry 1022 and kept. */
export function packLzw(bytes: Uint8Array): Buffer {
  const table = new Map<string, number>(Array.from({ length: 256 }, (_, byte) => [String.fromCharCode(byte), byte]))
  const codes: number[] = []
  let text = ''
  for (const byte of bytes) {
    const longer = text + String.fromCharCode(byte)
    if (table.has(longer)) {
      text = longer
      continue
    }
    codes.push(table.get(text)!)
    if (table.size <= LAST_ENTRY) table.set(longer, table.size)
    text = String.fromCharCode(byte)
  }
  if (text !== '') codes.push(table.get(text)!)
  return bitsOf(codes)
}

function bitsOf(codes: readonly number[]): Buffer {
  const out: number[] = []
  let held = 0
  let bits = 0
  for (const code of codes) {
    held = (held << CODE_BITS) | code
    for (bits += CODE_BITS; bits >= 8; bits -= 8) out.push((held >> (bits - 8)) & 0xff)
    held &= (1 << bits) - 1
  }
  if (bits > 0) out.push((held << (8 - bits)) & 0xff)
  return Buffer.from(out)
}

/** One channel of signed 16-bit counts as a chunk. */
export function packChannel(counts: readonly number[]): Buffer {
  const second = (n: number): number => 2 * counts[n - 1]! - counts[n - 2]! - counts[n]!
  const words = counts.map((count, n) => (n < 2 ? count : n + 1 < counts.length ? second(n + 1) + 64 : 64))
  const body = Buffer.concat([
    Buffer.from(words.map((word) => word >> 8)),
    Buffer.from(words.map((word) => word & 0xff))
  ])
  const payload = packLzw(body)
  const head = Buffer.alloc(8)
  head.writeInt32LE(payload.length, 0)
  head.writeInt16LE(1, 4)
  head.writeInt16LE(counts.length > 2 ? second(2) : 0, 6)
  return Buffer.concat([head, payload])
}

/** Leads I, II, III, aVR, aVL, aVF in counts as XLI stores them. */
export function residualsOf([one, two, three, avr, avl, avf]: readonly number[][]): number[][] {
  const each = (formula: (n: number) => number): number[] => one!.map((_, n) => formula(n))
  return [
    one!,
    two!,
    each((n) => two![n]! - one![n]! - three![n]!),
    each((n) => -Math.trunc((one![n]! + two![n]!) / 2) - avr![n]!),
    each((n) => Math.trunc((one![n]! - three![n]!) / 2) - avl![n]!),
    each((n) => Math.trunc((two![n]! + three![n]!) / 2) - avf![n]!)
  ]
}
