/** So many works at a time; the rest wait in their order. */
export function createSlots(n: number): <T>(work: () => Promise<T>) => Promise<T> {
  const queue: (() => void)[] = []
  let free = n
  return async (work) => {
    if (free > 0) free--
    else await new Promise<void>((resolve) => queue.push(resolve))
    try {
      return await work()
    } finally {
      // The slot goes straight to the next in line.
      const next = queue.shift()
      if (next) next()
      else free++
    }
  }
}
