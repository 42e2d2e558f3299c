/**
 * Keeps an order among works that prepare side by side: `take` is called in the order wanted; `mine.before` resolves when
 * all earlier turns of that name are done, and `mine.done` lets the next one go.
 */
export function createTurns(): { take(name: string): { before: Promise<void>; done(): void } } {
  const last = new Map<string, Promise<void>>()
  return {
    take(name) {
      const before = last.get(name) ?? Promise.resolve()
      const { promise, resolve } = Promise.withResolvers<void>()
      const mine = before.then(() => promise)
      last.set(name, mine)
      return {
        before,
        done() {
          resolve()
          if (last.get(name) === mine) last.delete(name)
        }
      }
    }
  }
}
