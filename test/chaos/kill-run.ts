import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { seeded } from '../../server/demo/simulate/random.ts'
import { judge } from '../integration/support/kill-judge.ts'
import { drained, pause, type Site, site, subscribe } from '../integration/support/kill-site.ts'
import { type Addresses, type ServeChild, serveChild } from '../integration/support/serve-child.ts'
import { embeddedFailpoints } from './failpoints.ts'
import { LINES, type Sent, sentFor } from './load.ts'
import { sendLine } from './senders.ts'
import { differencesBetween, statesOf } from './states.ts'

/** Every so manyth kill comes at a random moment of the start, every so manyth at a random moment of the load. */
const START_SHARE = 0.1
const RANDOM_SHARE = 0.25
/** A place that is not reached in this time after the start is given up for a kill at that moment. */
const REACH_WITHIN_MS = 4000
/** Which pass of a place: drawn below this, so that the start, the first and later messages are all met. */
const PASSES = 12
/** Places that a person passes once at most: the first or second pass, or there would be much waiting. */
const RARE = /^(alerts|assembly|timers|record\.manifest)|withdrawn|timer-set|parked|child-appended|blob-put/
const RARE_PASSES = 2
/** Between a message and the one that takes it back. */
const SECOND_THOUGHTS_MS = 200
const DRAIN_MS = 300_000

export interface KillOptions {
  times: number
  seed: number
  /** Simulated people that join the load with each kill. Default 2. */
  personsPerKill?: number
  /** People that the load begins with, and that there are at least. Default 3. */
  persons?: number
  /** Only these places (default all), and no kill at random moments. */
  only?: string[]
  onProgress?(text: string): void
}

export interface KillReport {
  seed: number
  /** Kills by what they were aimed at: 'random', 'start', the name of a failpoint, or 'missed NAME' when it was not reached. */
  kills: Record<string, number>
  persons: number
  sent: number
  acknowledged: number
  /** Acknowledged messages of which the server knows nothing, or which it never settled. */
  lost: string[]
  /** Messages parked that were sound, or not parked that were poison. */
  parked: string[]
  /** A second resource, version, notification or ORU under a new id with the same content. */
  doubles: string[]
  /** Results nobody was told of, orders nobody answered. */
  undelivered: string[]
  /** Final state against a run without kills. */
  differing: string[]
  notifications: number
  oru: number
  /** The same id again: allowed, counted apart. `taken`: messages that lie on the bus twice (answer lost with the process). */
  resends: { notifications: number; oru: number; inbound: number; taken: number }
  /** From the start of the process to its ready line, after each kill, sorted. */
  recoveriesMs: number[]
  seconds: number
}

/**
 * Mixed load into `hisbundle serve`, whose process is ended again and again: at random moments, while it starts, and at each
 * named place between two writes. Then the same messages into a server that is left alone, and what the two came to.
 */
export async function killRun(options: KillOptions): Promise<KillReport> {
  const began = performance.now()
  const { times, seed, personsPerKill = 2, persons = 3, onProgress } = options
  const uniform = seeded(seed)
  const now = new Date(Math.floor(Date.now() / 1000) * 1000)
  const secret = Array.from({ length: 64 }, () => Math.floor(uniform() * 16).toString(16)).join('')
  const people = crowd(now, 1000 + Math.floor(uniform() * 8000))
  const cache = mkdtempSync(join(tmpdir(), 'hb-code-'))
  const one = await site(secret)
  const env = { NODE_COMPILE_CACHE: cache }
  const kills: Record<string, number> = {}
  const recoveriesMs: number[] = []
  let resent = 0
  try {
    // Ends in order once, so that the compiled code is kept: a start is then a third faster, and there are hundreds.
    let child = serveChild(one.configFile, env)
    await subscribe((await child.up).http, one.hook.url)
    await stopped(child)

    child = serveChild(one.configFile, env)
    await child.up
    people.allow(persons)
    const acknowledged = new Set<string>()
    const senders = sendAll(people, uniform, () => child.up, {
      onAcknowledged: ({ item }) => void acknowledged.add(item.id),
      onResend: () => void resent++
    })
    const aims = aimsOf(options, uniform)
    for (let n = 1; n <= times; n++) {
      const aim = aims()
      const place = aim.includes('.') ? aim : undefined
      // The process that shall end at a place is started for it: the one before it ends at a random moment on the way.
      const killed = await endAt(child, { aim, place, uniform })
      kills[killed] = (kills[killed] ?? 0) + 1
      people.allow(persons + n * personsPerKill)
      const next = n < times ? aims.peek() : 'none'
      const startedAt = performance.now()
      child = serveChild(one.configFile, {
        ...env,
        ...(next.includes('.') ? { TEST_FAILPOINTS: '1', TEST_FAILPOINT: `${next}:${passOf(next, uniform())}` } : {})
      })
      child.up.then(
        () => recoveriesMs.push(performance.now() - startedAt),
        () => undefined
      )
      onProgress?.(`kill ${n} of ${times} (${killed}), ${acknowledged.size} acknowledged`)
    }
    people.close()
    await senders
    const { http } = await child.up
    await drained(http, DRAIN_MS)
    onProgress?.('judging')
    const found = await verdict(one, http, people.sent(), acknowledged)
    const state = await statesOf(http, people.tokens())
    await stopped(child)
    onProgress?.('the same without kills')
    const calm = await calmState({ secret, env, people })
    return {
      seed,
      kills,
      persons: people.tokens().length,
      sent: people.sent().length,
      acknowledged: acknowledged.size,
      ...found,
      resends: { ...found.resends, inbound: resent },
      differing: differencesBetween(state, calm),
      recoveriesMs: recoveriesMs.sort((a, b) => a - b),
      seconds: (performance.now() - began) / 1000
    }
  } finally {
    await one.close()
    rmSync(cache, { recursive: true, force: true })
  }
}

/** People in the order in which they join; the lines take from here. */
function crowd(now: Date, base: number) {
  const known: { token: string; sent: Sent[] }[] = []
  let allowed = 0
  let closed = false
  return {
    allow(n: number): void {
      allowed = n
      while (known.length < allowed) {
        const token = `${base}${String(known.length).padStart(5, '0')}9`
        known.push({ token, sent: sentFor(token, now) })
      }
    },
    close: (): void => {
      closed = true
    },
    tokens: () => known.map(({ token }) => token),
    sent: () => known.flatMap(({ sent }) => sent),
    async *line(name: string, before: (sent: Sent) => Promise<unknown>): AsyncGenerator<Sent> {
      for (let i = 0; ; i++) {
        while (i >= known.length) {
          if (closed) return
          await pause(10)
        }
        for (const sent of known[i]!.sent.filter(({ line }) => line === name)) {
          await before(sent)
          yield sent
        }
      }
    }
  }
}

type Crowd = ReturnType<typeof crowd>

function sendAll(
  people: Crowd,
  uniform: (() => number) | undefined,
  where: () => Promise<Addresses>,
  hear: { onAcknowledged(sent: Sent): void; onResend?(): void }
): Promise<unknown> {
  const acknowledged = new Set<string>()
  const onAcknowledged = (sent: Sent): void => {
    acknowledged.add(sent.item.id)
    hear.onAcknowledged(sent)
  }
  const before = async ({ after }: Sent): Promise<void> => {
    // Lines drift apart by themselves; a pause keeps the load going through a kill.
    if (uniform) await pause(uniform() * 60)
    if (after === undefined) return
    while (!acknowledged.has(after)) await pause(10)
    if (uniform) await pause(SECOND_THOUGHTS_MS)
  }
  return Promise.all(LINES.map((line) => sendLine(people.line(line, before), { where, ...hear, onAcknowledged })))
}

const passOf = (place: string, u: number): number =>
  1 + Math.floor(RARE.test(place) ? u * RARE_PASSES : u ** 2 * PASSES)

/** What the kills aim at: every place in turn, mixed with random moments and the start. */
function aimsOf({ only }: KillOptions, uniform: () => number): { (): string; peek(): string } {
  const places = only ?? embeddedFailpoints()
  let turn = 0
  const draw = (): string => {
    const u = only ? 1 : uniform()
    if (u < START_SHARE) return 'start'
    if (u < START_SHARE + RANDOM_SHARE) return 'random'
    return places[turn++ % places.length]!
  }
  // The first process was started before anything was aimed at.
  let next = 'random'
  const take = (): string => {
    const aim = next
    next = draw()
    return aim
  }
  return Object.assign(take, { peek: () => next })
}

async function endAt(
  child: ServeChild,
  { aim, place, uniform }: { aim: string; place: string | undefined; uniform: () => number }
): Promise<string> {
  const kill = async (): Promise<void> => {
    child.process.kill('SIGKILL')
    await child.exited
  }
  if (aim === 'start') {
    await pause(uniform() * 1000)
    await kill()
    return aim
  }
  if (place === undefined) {
    await child.up
    await pause(20 + uniform() * 500)
    await kill()
    return aim
  }
  const isUp = await child.up.then(
    () => true,
    () => false
  )
  const isReached = !isUp || (await Promise.race([child.exited.then(() => true), pause(REACH_WITHIN_MS)])) === true
  if (!isReached) await kill()
  const ended = await child.ended
  // A server that ends by itself is no kill: it must not be taken for one.
  if (ended.signal !== 'SIGKILL') throw new Error(`the server ended by itself: ${ended.code} ${child.errors()}`)
  return isReached ? place : `missed ${place}`
}

async function verdict(one: Site, http: string, sent: Sent[], acknowledged: Set<string>) {
  const poison = new Set(sent.filter(({ isParked }) => isParked).map(({ item }) => item.id))
  const found = await judge(
    one,
    http,
    sent.map(({ item }) => item),
    acknowledged
  )
  const parkedIds = new Set(found.parked.map((line) => line.split(' ')[1]!))
  const texts = one.lab.received.map(({ text }) => text)
  const unanswered = sent.filter(
    ({ placer }) => placer && !texts.some((text) => text.includes('ORU^R01') && text.includes(`${placer}^LAB`))
  )
  return {
    ...found,
    parked: [
      ...found.parked.filter((line) => !poison.has(line.split(' ')[1]!)),
      ...[...poison].filter((id) => acknowledged.has(id) && !parkedIds.has(id)).map((id) => `poison ${id} not parked`)
    ],
    undelivered: [...found.undelivered, ...unanswered.map(({ item }) => `order ${item.id} was never answered`)]
  }
}

async function calmState({ secret, env, people }: { secret: string; env: Record<string, string>; people: Crowd }) {
  const two = await site(secret)
  try {
    const child = serveChild(two.configFile, env)
    const { http } = await child.up
    await subscribe(http, two.hook.url)
    await sendAll(people, undefined, () => child.up, { onAcknowledged: () => undefined })
    await drained(http, DRAIN_MS)
    const state = await statesOf(http, people.tokens())
    await stopped(child)
    return state
  } finally {
    await two.close()
  }
}

async function stopped(child: ServeChild): Promise<void> {
  child.process.kill('SIGTERM')
  await child.exited
}
