import { createHmac, randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { AppError } from '../../core/errors/app-error.ts'

/** Bytes below which a key could be guessed. */
const LEAST_KEY_BYTES = 16
/** Hexadecimal digits kept: 96 bits, so that no two people meet. */
const DIGITS = 24

export type Pseudonym = (kind: 'patient' | 'tracing', name: string) => string

/**
 * Names by a keyed hash (HMAC-SHA-256): with the same key the same person has the same name in every export, without the key
 * nobody can find out whose it is by trying numbers.
 *
 * @param keyFile holds the key; absent: a key that nobody keeps, and names that hold for this export only
 * @throws AppError CONFIG_INVALID reason `key-too-short`; BAD_REQUEST reason `file-missing`
 */
export async function pseudonyms(keyFile: string | undefined): Promise<Pseudonym> {
  const key = keyFile === undefined ? randomBytes(32) : await keyIn(keyFile)
  return (kind, name) => createHmac('sha256', key).update(`${kind}|${name}`).digest('hex').slice(0, DIGITS)
}

async function keyIn(file: string): Promise<Buffer> {
  const key = await readFile(file).catch((cause: unknown) => {
    throw new AppError('BAD_REQUEST', { reason: 'file-missing', at: '--key-file', cause })
  })
  if (key.byteLength < LEAST_KEY_BYTES)
    throw new AppError('CONFIG_INVALID', { reason: 'key-too-short', at: '--key-file' })
  return key
}
