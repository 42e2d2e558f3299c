/** Reads its queue page by page by OFFSET while it takes from it (queue-boundary.test.ts only). */
export async function pagesByOffset(sink: (id: string) => Promise<void>) {
  const waiting: string[] = []
  return {
    async add(ids: string[]): Promise<void> {
      waiting.push(...ids)
    },
    async drain(): Promise<void> {
      for (let offset = 0; offset < waiting.length; offset += 50) {
        for (const id of waiting.slice(offset, offset + 50)) {
          await sink(id)
          waiting.splice(waiting.indexOf(id), 1)
        }
      }
    },
    async stop(): Promise<void> {}
  }
}
