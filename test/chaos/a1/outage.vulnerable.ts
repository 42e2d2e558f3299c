import type { Scheduler } from '../../../server/bus/scheduler.ts'

/** Gives an event up after a minute of tries, as retry libraries do by default (outage.test.ts only). */
export async function givesUp(send: (id: string) => Promise<boolean>, scheduler: Scheduler) {
  return {
    async add(ids: string[]): Promise<void> {
      for (const id of ids) {
        let waited = 0
        const attempt = async (): Promise<void> => {
          if ((await send(id)) || waited > 60_000) return
          waited += 20_000
          scheduler.after(20_000, () => void attempt())
        }
        await attempt()
      }
    },
    async stop(): Promise<void> {}
  }
}
