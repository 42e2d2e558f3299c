import type { BusHandler, BusRecord } from '../../../core/event-bus.ts'

/** Tries the message at its head until it works (poison.test.ts only). */
export async function headOfLine(handler: BusHandler, values: Uint8Array[]) {
  let parked = 0
  let stopped = false
  void (async () => {
    for (const [offset, value] of values.entries())
      while (!stopped) {
        const record: BusRecord = { topic: 't', partition: 0, offset, timestamp: 0, key: 'k', value, headers: {} }
        const isDone = await handler(record).then(
          () => true,
          () => false
        )
        if (isDone) break
        await new Promise((resolve) => setImmediate(resolve))
      }
  })()
  return {
    parked: async () => Array.from({ length: parked }, () => ''),
    async stop(): Promise<void> {
      stopped = true
      parked = 0
    }
  }
}
