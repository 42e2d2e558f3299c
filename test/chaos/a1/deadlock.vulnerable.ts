/** Locks taken in the order in which the bundle names them (deadlock.test.ts only). */
export function inOrderOfMention() {
  const held = new Set<string>()
  const waiting: (() => void)[] = []
  return async <T>(keys: string[], work: () => Promise<T>): Promise<T> => {
    for (const key of new Set(keys)) {
      while (held.has(key)) await new Promise<void>((resolve) => waiting.push(resolve))
      held.add(key)
      await undefined
    }
    try {
      return await work()
    } finally {
      for (const key of keys) held.delete(key)
      for (const wake of waiting.splice(0)) wake()
    }
  }
}
