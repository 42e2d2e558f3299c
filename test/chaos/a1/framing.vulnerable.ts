import { Buffer } from 'node:buffer'

/** Looks for a whole block in each chunk, and keeps for ever what is not one yet (framing.test.ts only). */
export function oneBlockAChunk() {
  let kept = Buffer.alloc(0)
  return {
    push(chunk: Uint8Array): ({ kind: 'frame'; bytes: Uint8Array } | { kind: 'error' })[] {
      kept = Buffer.concat([kept, chunk])
      const end = kept.indexOf(Buffer.from([0x1c, 0x0d]))
      if (end < 0) return []
      const bytes = kept.subarray(kept.indexOf(0x0b) + 1, end)
      kept = Buffer.alloc(0)
      return [{ kind: 'frame', bytes }]
    }
  }
}
