import { AppError } from '../../../../core/errors/app-error.ts'

/** Every code has ten bits, the most significant first. */
const CODE_BITS = 10
const TABLE_SIZE = 1 << CODE_BITS
/** The first code that stands for more than one byte. */
const FIRST_FREE = 256
/** All ones is no code: the packer's fill at the end of the data. */
const END = TABLE_SIZE - 1

/**
 * LZW (Welch 1984) with codes of a fixed ten bits and without a clear code, as XLI uses it: 256 literals, then one new
 * entry after each code until 1022 is given; the table is never emptied.
 *
 * @param packed one chunk's payload; bits that do not fill a code are padding
 * @param maxBytes more than this is refused before it is made
 * @throws AppError DECODE_FAILED (reason 'xli') for a code that cannot be there yet, MESSAGE_TOO_LARGE (reason 'xli')
 */
export function unpackLzw(packed: Uint8Array, maxBytes: number): Uint8Array {
  const prefix = new Uint16Array(TABLE_SIZE)
  const last = new Uint8Array(TABLE_SIZE)
  const length = new Uint16Array(TABLE_SIZE).fill(1, 0, FIRST_FREE)
  for (let literal = 0; literal < FIRST_FREE; literal++) last[literal] = literal
  const out = new Uint8Array(maxBytes)
  let size = 0
  let next = FIRST_FREE
  let before: number | undefined
  for (const code of codesOf(packed)) {
    if (code === END) break
    // The one code that may be met before its entry is whole: the previous text and its own first byte again.
    const isPending = code === next && before !== undefined && next < END
    if (code >= next && !isPending) throw new AppError('DECODE_FAILED', { reason: 'xli' })
    const count = isPending ? length[before!]! + 1 : length[code]!
    if (size + count > maxBytes) throw new AppError('MESSAGE_TOO_LARGE', { reason: 'xli' })
    const first = writeText(out, size, isPending ? before! : code, { prefix, last, length })
    if (isPending) out[size + count - 1] = first
    size += count
    if (before !== undefined && next < END) {
      prefix[next] = before
      last[next] = first
      length[next] = length[before]! + 1
      next++
    }
    before = code
  }
  return out.subarray(0, size)
}

function* codesOf(packed: Uint8Array): Generator<number> {
  let bits = 0
  let held = 0
  for (const byte of packed) {
    held = ((held << 8) | byte) & 0x3ffff
    bits += 8
    if (bits < CODE_BITS) continue
    bits -= CODE_BITS
    yield (held >> bits) & (TABLE_SIZE - 1)
  }
}

interface Table {
  prefix: Uint16Array
  last: Uint8Array
  length: Uint16Array
}

/** Writes the text of a code at `at`, from its last byte to its first, which is returned. */
function writeText(out: Uint8Array, at: number, code: number, { prefix, last, length }: Table): number {
  let current = code
  for (let n = length[code]! - 1; n > 0; n--) {
    out[at + n] = last[current]!
    current = prefix[current]!
  }
  out[at] = last[current]!
  return last[current]!
}
