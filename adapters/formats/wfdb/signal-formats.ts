import { AppError } from '../../../core/errors/app-error.ts'

/** Stands for a missing sample of any format; no signal format but 32 can hold it, and there it means the same. */
export const MISSING = -0x8000_0000

/** How one signal format lays samples into bytes (WFDB signal(5)). */
export interface SignalFormat {
  /** Samples that share bytes, the bytes they share, and partial[n - 1]: the bytes that hold only the first n of them. */
  block: { samples: number; bytes: number; partial: readonly number[] }
  /** Digital value that means "no sample"; absent where the format has none. */
  missing?: number
  /** Samples are first differences of their signal. */
  isDifference?: boolean
  /** `count` samples from the first byte on; `bytes` holds at least `bytesOf(format, count)`. */
  read(bytes: Uint8Array, count: number): Int32Array
}

const bytewise = (
  bytes: number,
  missing: number | undefined,
  read: (view: DataView, at: number) => number
): SignalFormat => ({
  block: { samples: 1, bytes, partial: [] },
  ...(missing === undefined ? {} : { missing }),
  read(data, count) {
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
    const out = new Int32Array(count)
    for (let i = 0, at = 0; i < count; i++, at += bytes) out[i] = read(view, at)
    return out
  }
})

/** Two's complement from the low `bits` of a number: 0xfff of 12 bits is -1. */
const signed = (value: number, bits: number): number => (value << (32 - bits)) >> (32 - bits)

/** Three bytes hold two 12-bit samples: the low nibble of the middle byte tops the first, the high one the second. */
const FORMAT_212: SignalFormat = {
  block: { samples: 2, bytes: 3, partial: [2] },
  missing: -2048,
  read(bytes, count) {
    const out = new Int32Array(count)
    for (let i = 0, at = 0; i < count; i += 2, at += 3) {
      const middle = bytes[at + 1]!
      out[i] = signed(bytes[at]! | ((middle & 0x0f) << 8), 12)
      if (i + 1 < count) out[i + 1] = signed(bytes[at + 2]! | ((middle & 0xf0) << 4), 12)
    }
    return out
  }
}

/**
 * Four bytes hold three 10-bit samples. Of each little-endian pair bits 1 to 10 are a sample of its own; the third
 * sample has its low five bits in the top of the first pair and its high five in the top of the second.
 */
const FORMAT_310: SignalFormat = {
  block: { samples: 3, bytes: 4, partial: [2, 4] },
  missing: -512,
  read(bytes, count) {
    const out = new Int32Array(count)
    for (let i = 0, at = 0; i < count; i += 3, at += 4) {
      const first = bytes[at]! | (bytes[at + 1]! << 8)
      const second = (bytes[at + 2] ?? 0) | ((bytes[at + 3] ?? 0) << 8)
      out[i] = signed(first >> 1, 10)
      if (i + 1 < count) out[i + 1] = signed(second >> 1, 10)
      if (i + 2 < count) out[i + 2] = signed((first >> 11) | ((second >> 11) << 5), 10)
    }
    return out
  }
}

/** Four bytes, little-endian, hold three 10-bit samples from the lowest bits on; the two highest bits are not used. */
const FORMAT_311: SignalFormat = {
  block: { samples: 3, bytes: 4, partial: [2, 3] },
  missing: -512,
  read(bytes, count) {
    const out = new Int32Array(count)
    for (let i = 0, at = 0; i < count; i += 3, at += 4) {
      const word = bytes[at]! | (bytes[at + 1]! << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24)
      out[i] = signed(word, 10)
      if (i + 1 < count) out[i + 1] = signed(word >> 10, 10)
      if (i + 2 < count) out[i + 2] = signed(word >> 20, 10)
    }
    return out
  }
}

const FORMATS: ReadonlyMap<number, SignalFormat> = new Map([
  [8, { ...bytewise(1, undefined, (view, at) => view.getInt8(at)), isDifference: true }],
  [16, bytewise(2, -0x8000, (view, at) => view.getInt16(at, true))],
  [24, bytewise(3, -0x80_0000, (view, at) => view.getUint16(at, true) | (view.getInt8(at + 2) << 16))],
  [32, bytewise(4, -0x8000_0000, (view, at) => view.getInt32(at, true))],
  [61, bytewise(2, -0x8000, (view, at) => view.getInt16(at, false))],
  [80, bytewise(1, -0x80, (view, at) => view.getUint8(at) - 0x80)],
  [160, bytewise(2, -0x8000, (view, at) => view.getUint16(at, true) - 0x8000)],
  [212, FORMAT_212],
  [310, FORMAT_310],
  [311, FORMAT_311]
])

/** @throws AppError DECODE_FAILED reason `format`; FLAC (508, 516, 524) is among those that are not read */
export function signalFormat(format: number, at: string): SignalFormat {
  const found = FORMATS.get(format)
  if (!found) throw new AppError('DECODE_FAILED', { reason: 'format', at })
  return found
}

/** Bytes that hold `samples` samples from the start of a block; the last block may end with its samples. */
export function bytesOf({ block }: SignalFormat, samples: number): number {
  const rest = samples % block.samples
  return Math.floor(samples / block.samples) * block.bytes + (rest === 0 ? 0 : block.partial[rest - 1]!)
}

/** Samples that so many bytes can hold. */
export function samplesIn({ block }: SignalFormat, bytes: number): number {
  const rest = bytes % block.bytes
  const whole = Math.floor(bytes / block.bytes) * block.samples
  return whole + block.partial.filter((needed) => needed <= rest).length
}
