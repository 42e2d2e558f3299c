import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RiskAssessment, Subscription } from '@medplum/fhirtypes'
import { createLogger } from '../../core/log.ts'
import { readModelFolder } from '../../inference/runtime/registry.ts'
import { SHIPPED_MODELS } from '../../inference/runtime/runtime.ts'
import { type App, createApp, type RunningApp } from '../app/create-app.ts'
import { loadConfig } from '../config/load.ts'
import { demoConfig } from './config.ts'
import { DAVID, demoDay } from './day.ts'
import { type HandheldStrip, streamStrip } from './handheld.ts'
import { startLabSystem } from './lab-system.ts'
import { type MeasuredEcg, measureOne } from './measured.ts'
import { type MessageOutcome, messageOutcomes, type ResultOutcome, resultOutcomes } from './outcome.ts'
import { play } from './play.ts'
import { progress } from './progress.ts'
import { startSubscriber } from './subscriber.ts'
import { workedOff } from './worked-off.ts'

export interface DemoRun {
  app: App
  running: RunningApp
  messages: MessageOutcome[]
  results: ResultOutcome[]
  handheld: HandheldStrip
  measured: MeasuredEcg
  subscriber: Awaited<ReturnType<typeof startSubscriber>>
  lab: Awaited<ReturnType<typeof startLabSystem>>
  /** From the first byte sent to the last thing done. */
  seconds: number
  /** Where the server kept what it was sent; stays. */
  dataDir: string
  stop(): Promise<void>
}

/** Longest wait for the day's last result. */
const SETTLE_MS = 60_000
/** Nothing new for this long: the day is over. */
const QUIET_MS = 1500

/** Starts the server in a fresh folder, plays the day through its sockets and waits until all of it has come to rest. */
export async function runDemo(): Promise<DemoRun> {
  const epoch = Date.now() - performance.now()
  const lab = await startLabSystem()
  const subscriber = await startSubscriber()
  const { manifest } = await readModelFolder(join(SHIPPED_MODELS, 'pocket-k-1'), true)
  const dataDir = mkdtempSync(join(tmpdir(), 'hisbundle-demo-'))
  const config = loadConfig({
    env: {},
    override: demoConfig({ dataDir, labAddress: lab.address, modelSha256: manifest.sha256 })
  })
  const app = await createApp(config, { log: createLogger({ level: config.log.level }) })
  const running = await app.start()
  await subscribe(running.http, subscriber.address)
  const steps = demoDay(new Date())
  const bar = progress(steps.length)
  const began = performance.now()
  const address = (name: string): string => running.feeds.find((feed) => feed.name === name)!.address
  const played = await play(
    steps,
    { HIS: address('adt'), LIS: address('lab'), CART: address('cart'), MODALITY: address('modality') },
    { onStep: ({ what }) => bar.step(what), workedOff: () => workedOff(app.bus, Object.keys(config.modules)) }
  )
  await rest(app, () => subscriber.got.length + lab.got.length)
  // Behind the day's messages, as the patient of a warm server would.
  const handheld = await streamStrip(running.http, DAVID)
  await rest(app, () => subscriber.got.length + lab.got.length)
  bar.end()
  const seconds = (performance.now() - began - QUIET_MS) / 1000
  return {
    app,
    running,
    subscriber,
    lab,
    seconds,
    dataDir,
    handheld,
    messages: await messageOutcomes(app, played),
    results: await resultOutcomes(app, played, subscriber.got, epoch, { ...handheld, what: handheld.about }),
    measured: await measureOne(dataDir),
    async stop() {
      await app.stop()
      subscriber.stop()
      lab.stop()
    }
  }
}

async function subscribe(http: string, endpoint: string): Promise<void> {
  const subscription: Subscription = {
    resourceType: 'Subscription',
    status: 'requested',
    reason: 'Risk alerts to the electronic record',
    criteria: 'Task?code=risk-alert',
    channel: { type: 'rest-hook', endpoint, payload: 'application/fhir+json' }
  }
  const response = await fetch(`${http}/fhir/R4/Subscription`, {
    method: 'POST',
    headers: { 'content-type': 'application/fhir+json' },
    body: JSON.stringify(subscription)
  })
  if (response.status !== 201)
    throw new Error(`the subscription was answered ${response.status}: ${await response.text()}`)
}

/** Returns when nothing has changed for a while: no new version, no delivery, nothing waiting, no timer about to fire. */
async function rest(app: App, delivered: () => number): Promise<void> {
  const until = performance.now() + SETTLE_MS
  let last = ''
  let since = performance.now()
  while (performance.now() < until) {
    const [newest] = await app.store.search<RiskAssessment>('RiskAssessment?_sort=-_lastUpdated&_count=1')
    const counts = await app.pipeline.story.counts()
    const [timer] = await app.store.sql.all<{ due: number }>('SELECT min(due) AS due FROM timers WHERE due < ?', [
      Date.now() + SETTLE_MS
    ])
    const waiting = timer?.due ?? 0
    const now = JSON.stringify([newest?.meta?.lastUpdated, counts, delivered(), app.pipeline.counters.relayed, waiting])
    if (now !== last) since = performance.now()
    last = now
    if (performance.now() - since > QUIET_MS && !waiting) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
