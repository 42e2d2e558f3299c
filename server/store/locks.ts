/** Locks by key inside this process. Keys are taken in sorted order, so no two holders can wait for each other. */
export function keyedLocks(): <T>(keys: string[], work: () => Promise<T>) => Promise<T> {
  const tails = new Map<string, Promise<void>>()

  async function take(key: string): Promise<() => void> {
    const before = tails.get(key)
    let free = (): void => {}
    const mine = new Promise<void>((resolve) => {
      free = resolve
    })
    const tail = (before ?? Promise.resolve()).then(() => mine)
    tails.set(key, tail)
    await before
    return () => {
      free()
      if (tails.get(key) === tail) tails.delete(key)
    }
  }

  return async (keys, work) => {
    const held: (() => void)[] = []
    try {
      for (const key of [...new Set(keys)].sort()) held.push(await take(key))
      return await work()
    } finally {
      for (const free of held.reverse()) free()
    }
  }
}
