import { AppError } from '../../../core/errors/app-error.ts'

/**
 * MLLP release 1: a block is VT (0x0B) content FS CR (0x1C 0x0D). Content never holds VT or FS: HL7 escapes control
 * characters, and no second byte of the multi-byte sets lies below 0x30.
 *
 *   state     VT                     FS                    CR                     other
 *   outside   inside                 junk                  junk                   junk
 *   inside    broken, inside again   ending                content                content
 *   ending    broken, inside         broken, outside       block, outside         broken, outside
 *
 * A block past the size limit is dropped at that byte: error, outside. So memory is bounded by maxFrameBytes.
 */
export type Framed =
  | { kind: 'frame'; bytes: Uint8Array }
  /** MLLP_FRAME_BROKEN or MLLP_FRAME_TOO_LARGE; `head` is the begin of the lost block, so that it can be answered. */
  | { kind: 'error'; error: AppError; head: Uint8Array }

export interface Framer {
  /** Blocks and errors that this chunk completes, in their order; any split of the stream gives the same. */
  push(chunk: Uint8Array): Framed[]
  /** Bytes met outside of blocks so far. */
  readonly junkBytes: number
  /** A block has begun and not ended. */
  readonly isInside: boolean
}

const VT = 0x0b
const FS = 0x1c
const CR = 0x0d
const HEAD_BYTES = 4096
const FIRST_CAPACITY = 4096

export const DEFAULT_MAX_FRAME_BYTES = 16 * 1024 * 1024

/** Pure byte state machine; knows no socket. */
export function createFramer({ maxFrameBytes = DEFAULT_MAX_FRAME_BYTES } = {}): Framer {
  let state: 'outside' | 'inside' | 'ending' = 'outside'
  let junkBytes = 0
  // One growing buffer instead of a list of chunks: a peer that sends byte by byte costs no more than another.
  let buffer = Buffer.alloc(0)
  let length = 0

  const append = (chunk: Uint8Array, from: number, to: number): void => {
    const needed = length + to - from
    if (needed > buffer.length) {
      const capacity = Math.min(Math.max(needed, buffer.length * 2, FIRST_CAPACITY), Math.max(needed, maxFrameBytes))
      const grown = Buffer.allocUnsafe(capacity)
      buffer.copy(grown, 0, 0, length)
      buffer = grown
    }
    buffer.set(chunk.subarray(from, to), length)
    length = needed
  }
  const take = (): Uint8Array => {
    const bytes = Uint8Array.prototype.slice.call(buffer, 0, length)
    length = 0
    // A large block must not pin its buffer for the rest of a quiet connection.
    if (buffer.length > 1024 * 1024) buffer = Buffer.alloc(0)
    return bytes
  }
  const lose = (code: 'MLLP_FRAME_BROKEN' | 'MLLP_FRAME_TOO_LARGE', reason: string): Framed => {
    length = Math.min(length, HEAD_BYTES)
    return { kind: 'error', error: new AppError(code, { reason }), head: take() }
  }

  return {
    get junkBytes() {
      return junkBytes
    },
    get isInside() {
      return state !== 'outside'
    },
    push(chunk) {
      const out: Framed[] = []
      let at = 0
      while (at < chunk.length) {
        if (state === 'outside') {
          const start = chunk.indexOf(VT, at)
          junkBytes += (start < 0 ? chunk.length : start) - at
          if (start < 0) break
          state = 'inside'
          at = start + 1
        } else if (state === 'inside') {
          const end = firstOf(chunk, at)
          if (length + end - at > maxFrameBytes) {
            append(chunk, at, at + Math.min(end - at, Math.max(0, HEAD_BYTES - length)))
            out.push(lose('MLLP_FRAME_TOO_LARGE', 'size-limit'))
            state = 'outside'
            at = end
            continue
          }
          append(chunk, at, end)
          at = end + 1
          if (chunk[end] === FS) state = 'ending'
          else if (chunk[end] === VT) out.push(lose('MLLP_FRAME_BROKEN', 'start-inside'))
        } else if (chunk[at] === CR) {
          out.push({ kind: 'frame', bytes: take() })
          state = 'outside'
          at++
        } else {
          out.push(lose('MLLP_FRAME_BROKEN', 'end-without-cr'))
          // The byte itself is looked at again: a VT begins the next block, anything else is junk.
          state = 'outside'
        }
      }
      return out
    }
  }
}

/** One block around the bytes of a message. */
export function encodeFrame(message: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(message.length + 3)
  frame[0] = VT
  frame.set(message, 1)
  frame[message.length + 1] = FS
  frame[message.length + 2] = CR
  return frame
}

/** Index of the first FS or VT from `at` on, else the length. */
function firstOf(chunk: Uint8Array, at: number): number {
  const fs = chunk.indexOf(FS, at)
  const end = fs < 0 ? chunk.length : fs
  // Looked for only up to the FS, so that many small blocks in one chunk stay linear.
  const vt = chunk.subarray(at, end).indexOf(VT)
  return vt < 0 ? end : at + vt
}
