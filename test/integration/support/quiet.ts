import type { App } from '../../../server/app/create-app.ts'

/**
 * Resolves when nothing is on its way any more: no record before a consumer group, no change row before the relay. A
 * commit made between two looks leaves a change row or an offset, so two looks without anything in a row are enough.
 */
export async function quiet(app: App, timeoutMs = 120_000): Promise<void> {
  const deadline = performance.now() + timeoutMs
  for (let still = 0; still < 3; ) {
    still = (await pending(app)) === 0 ? still + 1 : 0
    if (performance.now() > deadline) throw new Error(`the server was still busy after ${timeoutMs} ms`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

async function pending(app: App): Promise<number> {
  if ((await app.store.takeChanges(1)).length > 0) return 1
  const lags = await Promise.all(app.groups.map(({ topic, group }) => app.bus.lag(topic, group)))
  return lags.reduce((sum, lag) => sum + lag, 0)
}
