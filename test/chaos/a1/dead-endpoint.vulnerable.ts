/** One loop over all destinations (dead-endpoint.test.ts only). */
export function oneLoop(destinations: Map<string, (id: string) => Promise<boolean>>) {
  return {
    async start(): Promise<void> {
      for (const send of destinations.values()) await send('hello')
    },
    async add(id: string): Promise<void> {
      for (const send of destinations.values()) await send(id)
    },
    async stop(): Promise<void> {}
  }
}
