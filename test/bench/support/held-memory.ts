import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Memory of this process at rest, bytes. */
export interface HeldMemory {
  /** What something still refers to: heap and array buffers of this thread, once garbage is gone. */
  held: number
  /** Resident, with what the allocators keep for the next time and what lies outside the heap (SQLite, sockets). */
  resident: number
}

/**
 * Collects garbage, and then looks. Held memory that grows is retained; resident memory that grows beside held memory that does
 * not is an allocator's.
 */
export function heldMemory(): HeldMemory {
  // The first collection finds what array buffers nobody has; they are given back by the time of the second.
  collect()
  collect()
  const { heapUsed, arrayBuffers, rss } = process.memoryUsage()
  return { held: heapUsed + arrayBuffers, resident: rss }
}
