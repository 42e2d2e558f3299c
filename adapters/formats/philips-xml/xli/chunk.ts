import { AppError } from '../../../../core/errors/app-error.ts'
import { unpackLzw } from './lzw.ts'

/** Bytes before a chunk's payload. */
const HEADER = 8
/** What is added to every stored difference, so that small ones share the same high byte. */
const BIAS = 64

/**
 * Channels of an XLI stream, in its order, as signed 16-bit counts.
 *
 * stream = chunk+, one a channel
 * chunk  = size i32 | unused i16 | first second difference i16 | payload of `size` bytes, LZW
 * unpacked payload = high bytes of all words | low bytes of all words
 * words  = sample 0 | sample 1 | second difference + 64 ...
 *
 * @param maxSamples most samples that a channel may hold
 * @throws AppError DECODE_FAILED (reason 'xli'), MESSAGE_TOO_LARGE (reason 'xli')
 */
export function unpackXli(
  stream: Buffer,
  { maxChannels, maxSamples }: { maxChannels: number; maxSamples: number }
): Float64Array[] {
  const channels: Float64Array[] = []
  let at = 0
  while (at + HEADER <= stream.length && channels.length < maxChannels) {
    const size = stream.readInt32LE(at)
    // What follows the last chunk is padding.
    if (size === 0 && channels.length > 0) break
    const end = at + HEADER + size
    if (size <= 0 || end > stream.length) throw new AppError('DECODE_FAILED', { reason: 'xli' })
    const words = wordsOf(unpackLzw(stream.subarray(at + HEADER, end), maxSamples * 2))
    channels.push(undifferenced(words, stream.readInt16LE(at + 6)))
    at = end
  }
  if (channels.length === 0) throw new AppError('DECODE_FAILED', { reason: 'xli' })
  return channels
}

function wordsOf(bytes: Uint8Array): Int16Array {
  const words = new Int16Array(bytes.length >> 1)
  for (let n = 0; n < words.length; n++) words[n] = (bytes[n]! << 8) | bytes[words.length + n]!
  return words
}

/** sample[n] = 2 sample[n-1] - sample[n-2] - difference[n-1], in 16 bits as the recorder counts. */
function undifferenced(words: Int16Array, first: number): Float64Array {
  const samples = Float64Array.from(words)
  let difference = first
  for (let n = 2; n < samples.length; n++) {
    samples[n] = int16(2 * samples[n - 1]! - samples[n - 2]! - difference)
    difference = words[n]! - BIAS
  }
  return samples
}

const int16 = (value: number): number => (value << 16) >> 16
