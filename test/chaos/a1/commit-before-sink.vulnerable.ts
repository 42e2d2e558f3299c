/** Commits what it has read, then handles it (commit-before-sink.test.ts only). */
export async function commitsFirst(values: string[]) {
  let offset = 0
  return {
    async run(handler: (text: string) => Promise<void>, enough: () => boolean): Promise<void> {
      while (offset < values.length && !enough()) {
        const text = values[offset++]!
        await handler(text).catch(() => undefined)
      }
    },
    stop: async (): Promise<void> => {}
  }
}
