import { broken } from './hello.ts'

/** A piece of the signal: `values[0]` is sample (or interval) number `index` of the session. */
export interface Frame {
  index: number
  /** Samples of a lead, or RR intervals in 1/1024 s. */
  values: Int16Array
}

const HEAD_BYTES = 4
/** Values of one frame. */
export const MAX_VALUES = 4096

/**
 * A binary message of a client.
 *
 *     u32 LE number of the first value | values: int16 LE, one to 4096
 *
 * @throws AppError STREAM_PROTOCOL at 'frame'
 */
export function readFrame(bytes: Buffer): Frame {
  const size = bytes.length - HEAD_BYTES
  if (size < 2 || size % 2 !== 0 || size / 2 > MAX_VALUES) throw broken('frame', 'size')
  const values = new Int16Array(size / 2)
  for (let i = 0; i < values.length; i++) values[i] = bytes.readInt16LE(HEAD_BYTES + 2 * i)
  return { index: bytes.readUInt32LE(0), values }
}

/** The same the other way, for clients and tests. */
export function writeFrame({ index, values }: Frame): Buffer {
  const bytes = Buffer.alloc(HEAD_BYTES + 2 * values.length)
  bytes.writeUInt32LE(index, 0)
  for (let i = 0; i < values.length; i++) bytes.writeInt16LE(values[i]!, HEAD_BYTES + 2 * i)
  return bytes
}

/** The largest message that the socket itself lets in. */
export const MAX_MESSAGE_BYTES = HEAD_BYTES + 2 * MAX_VALUES
