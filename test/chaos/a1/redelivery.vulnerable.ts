/** Knows a message by its control id alone (redelivery.test.ts only). */
export async function byControlIdAlone() {
  const seen = new Map<string, string>()
  return {
    async receive(controlId: string, body: string): Promise<{ duplicate: string; effects: number }> {
      const known = seen.has(controlId)
      if (!known) seen.set(controlId, body)
      return { duplicate: known ? 'identical' : 'none', effects: seen.size }
    },
    stop: async (): Promise<void> => {}
  }
}
