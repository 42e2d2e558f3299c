import { AppError } from '../../../core/errors/app-error.ts'

/**
 * Reads forward through the bytes of one section, least significant byte first (EN 1064 section 5.1), never past its end.
 * Every read throws AppError DECODE_FAILED (reason 'truncated') at the section's name when it would.
 */
export class Cursor {
  readonly name: string
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Uint8Array, name: string) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.name = name
  }

  get remaining(): number {
    return this.#bytes.length - this.#at
  }

  u8(): number {
    return this.#bytes.readUInt8(this.#advance(1))
  }

  u16(): number {
    return this.#bytes.readUInt16LE(this.#advance(2))
  }

  i16(): number {
    return this.#bytes.readInt16LE(this.#advance(2))
  }

  u32(): number {
    return this.#bytes.readUInt32LE(this.#advance(4))
  }

  /** A view, no copy. */
  take(length: number): Buffer {
    const from = this.#advance(length)
    return this.#bytes.subarray(from, from + length)
  }

  #advance(length: number): number {
    if (length > this.remaining) throw new AppError('DECODE_FAILED', { at: this.name, reason: 'truncated' })
    const from = this.#at
    this.#at += length
    return from
  }
}
