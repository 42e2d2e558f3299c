/** Looks, then creates (conditional-create.test.ts only). */
export async function looksThenCreates() {
  const stored: string[] = []
  return {
    async create(identifier: string): Promise<'created' | 'found'> {
      const found = stored.includes(identifier)
      await new Promise((resolve) => setImmediate(resolve))
      if (found) return 'found'
      stored.push(identifier)
      return 'created'
    },
    count: async () => stored.length,
    stop: async (): Promise<void> => {}
  }
}
