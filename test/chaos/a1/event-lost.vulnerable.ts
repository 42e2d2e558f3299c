/** The resource in one commit, its event in the next (event-lost.test.ts only). */
export async function twoCommits() {
  const resources: string[] = []
  const events: string[] = []
  let isUp = true
  return {
    async write(id: string): Promise<void> {
      resources.push(id)
      await new Promise((resolve) => setImmediate(resolve))
      if (isUp) events.push(id)
    },
    async crash(): Promise<void> {
      isUp = false
    },
    state: async () => ({ resources, events }),
    stop: async (): Promise<void> => {}
  }
}
