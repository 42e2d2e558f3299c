import { inflateRawSync } from 'node:zlib'

/** Inflates whatever comes, to its end and as often as it was packed. For inflated.test.ts only. */
export function inflatingAll(bytes: Uint8Array): Uint8Array {
  let plain: Uint8Array = inflateRawSync(bytes)
  for (;;) {
    try {
      plain = inflateRawSync(plain)
    } catch {
      return plain
    }
  }
}
