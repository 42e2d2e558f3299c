import { AppError } from '../../../core/errors/app-error.ts'

/**
 * Netstrings (D. J. Bernstein, 1997): length in decimal, ':', that many bytes, ','.
 *
 * Pure: any split of the stream gives the same messages. At most one message and one chunk are held.
 */
export interface Framer {
  /** Messages that this chunk completes. @throws AppError MESSAGE_TOO_LARGE, BAD_REQUEST (reason 'framing') */
  push(chunk: Uint8Array): Uint8Array[]
}

/** Nine digits and the colon. */
const MAX_HEAD_BYTES = 10

export function createFramer(maxBytes: number): Framer {
  let chunks: Uint8Array[] = []
  let held = 0
  let needed = 0

  return {
    push(chunk) {
      const out: Uint8Array[] = []
      chunks.push(chunk)
      held += chunk.length
      while (held > 0 && held >= needed) {
        const bytes = Buffer.concat(chunks, held)
        const head = readHead(bytes, maxBytes)
        needed = head ? head.start + head.length + 1 : 0
        if (!head || bytes.length < needed) {
          chunks = [bytes]
          break
        }
        if (bytes[needed - 1] !== 0x2c) throw new AppError('BAD_REQUEST', { reason: 'framing' })
        out.push(bytes.subarray(head.start, needed - 1))
        chunks = [bytes.subarray(needed)]
        held = bytes.length - needed
        needed = 0
      }
      return out
    }
  }
}

/** One message as a netstring. */
export const encodeFrame = (message: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from(`${message.length}:`), message, Buffer.from(',')])

function readHead(bytes: Buffer, maxBytes: number): { start: number; length: number } | undefined {
  const head = bytes.toString('latin1', 0, MAX_HEAD_BYTES)
  const match = /^(\d{1,9}):/.exec(head)
  if (!match) {
    if (/^\d{0,9}$/.test(head)) return undefined
    throw new AppError('BAD_REQUEST', { reason: 'framing' })
  }
  const length = Number(match[1])
  if (length > maxBytes) throw new AppError('MESSAGE_TOO_LARGE', { reason: 'size-limit' })
  return { start: match[0].length, length }
}
