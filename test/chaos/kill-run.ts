import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { seeded } from '../../server/demo/simulate/random.ts'
import { drained, pause, site, subscribe } from '../integration/support/kill-site.ts'
import { type ServeChild, serveChild } from '../integration/support/serve-child.ts'
import { type Crowd, crowd, sendAll } from './crowd.ts'
import { embeddedFailpoints } from './failpoints.ts'
import { differencesBetween, statesOf } from './states.ts'
import { verdict } from './verdict.ts'

/** Every so manyth kill comes at a random moment of the start, every so manyth at a random moment of the load. */
const START_SHARE = 0.1
const RANDOM_SHARE = 0.25
/** A place that is not reached in this time after the start, or twice the start's own, is given up for a kill then. */
const REACH_WITHIN_MS = 4000
/** Which pass of a place: drawn below this, so that the start, the first and later messages are all met. */
const PASSES = 12
/** Places that a person passes once at most: the first or second pass, or there would be much waiting. */
const RARE = /^(alerts|assembly|timers|record\.manifest)|withdrawn|timer-set|parked|child-appended|blob-put/
const RARE_PASSES = 2
/** How often a place that was not reached is aimed at: after the first time at its first pass. */
const MAX_TRIES = 6
const DRAIN_MS = 300_000

export interface KillOptions {
  times: number
  seed: number
  /** Simulated people that join the load with each kill. Default 2. */
  personsPerKill?: number
  /** People that the load begins with, and that there are at least. Default 3. */
  persons?: number
  /** Only these places, each once (again when it was not reached), and no kill at random moments; `times` is not heeded. */
  only?: string[]
  onProgress?(text: string): void
  /** Ends the run, with its processes and sockets: a test that Jest gives up on goes on otherwise, beside the suites after it. */
  signal?: AbortSignal
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
  /** Places that were aimed at and never reached. */
  unreached: string[]
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
  let child: ServeChild | undefined
  const start = (configFile: string, more: Record<string, string> = {}): ServeChild => {
    options.signal?.throwIfAborted()
    child = serveChild(configFile, { ...env, ...more })
    return child
  }
  // Whatever waits for the process or for an answer of it fails then, and the run ends by that.
  const end = (): void => {
    people.abandon()
    child?.process.kill('SIGKILL')
  }
  options.signal?.addEventListener('abort', end)
  const kills: Record<string, number> = {}
  const recoveriesMs: number[] = []
  let resent = 0
  try {
    // Ends in order once, so that the compiled code is kept: a start is then a third faster, and there are hundreds.
    let current = start(one.configFile)
    await subscribe((await current.up).http, one.hook.url)
    await stopped(current)

    current = start(one.configFile)
    await current.up
    people.allow(persons)
    const acknowledged = new Set<string>()
    const senders = sendAll(people, uniform, () => current.up, {
      onAcknowledged: ({ item }) => void acknowledged.add(item.id),
      onResend: () => void resent++
    })
    const aims = options.only ? eachOnce(options.only) : mixed(times, uniform)
    // The process that shall end at a place is started for it, so the first of all ends at a random moment.
    for (let n = 1, aim = 'random'; aim !== 'none'; n++) {
      const place = aim.includes('.') ? aim : undefined
      const killed = await endAt(current, { aim, place, uniform, startMs: recoveriesMs.at(-1) ?? 0 })
      if (killed !== aim) aims.missed(aim)
      kills[killed] = (kills[killed] ?? 0) + 1
      people.allow(persons + n * personsPerKill)
      const next = aims.next()
      aim = next
      const startedAt = performance.now()
      current = start(
        one.configFile,
        next.includes('.')
          ? { TEST_FAILPOINTS: '1', TEST_FAILPOINT: `${next}:${kills[`missed ${next}`] ? 1 : passOf(next, uniform())}` }
          : {}
      )
      current.up.then(
        () => recoveriesMs.push(performance.now() - startedAt),
        () => undefined
      )
      onProgress?.(`kill ${n} (${killed}), ${acknowledged.size} of ${people.sent().length} acknowledged`)
    }
    people.close()
    await senders
    const { http } = await current.up
    await drained(http, DRAIN_MS)
    onProgress?.('judging')
    const found = await verdict(one, http, people.sent(), acknowledged)
    const state = await statesOf(http, people.tokens())
    await stopped(current)
    onProgress?.('the same without kills')
    const calm = await calmState({ secret, start, people })
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
      seconds: (performance.now() - began) / 1000,
      unreached: Object.keys(kills)
        .filter((name) => name.startsWith('missed '))
        .map((name) => name.replace('missed ', ''))
        .filter((name) => kills[name] === undefined)
    }
  } finally {
    options.signal?.removeEventListener('abort', end)
    end()
    await child?.exited
    await one.close()
    rmSync(cache, { recursive: true, force: true })
  }
}

const passOf = (place: string, u: number): number =>
  1 + Math.floor(RARE.test(place) ? u * RARE_PASSES : u ** 2 * PASSES)

interface Aims {
  /** 'random', 'start', the name of a place, or 'none' when it is enough. */
  next(): string
  /** The place was not reached. */
  missed(place: string): void
}

/** Every place in turn, mixed with random moments and the start; the first kill is not counted here. */
function mixed(times: number, uniform: () => number): Aims {
  const places = embeddedFailpoints()
  let given = 1
  let turn = 0
  return {
    next() {
      if (given++ >= times) return 'none'
      const u = uniform()
      if (u < START_SHARE) return 'start'
      if (u < START_SHARE + RANDOM_SHARE) return 'random'
      return places[turn++ % places.length]!
    },
    missed() {}
  }
}

function eachOnce(places: string[]): Aims {
  const waiting = [...places]
  const tries = new Map<string, number>()
  return {
    next: () => waiting.shift() ?? 'none',
    missed(place) {
      tries.set(place, (tries.get(place) ?? 0) + 1)
      if (tries.get(place)! < MAX_TRIES) waiting.push(place)
    }
  }
}

async function endAt(
  child: ServeChild,
  { aim, place, uniform, startMs }: { aim: string; place: string | undefined; uniform: () => number; startMs: number }
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
  const isReached =
    !isUp ||
    (await Promise.race([child.exited.then(() => true), pause(Math.max(REACH_WITHIN_MS, 2 * startMs))])) === true
  if (!isReached) await kill()
  const ended = await child.ended
  // A server that ends by itself is no kill: it must not be taken for one.
  if (ended.signal !== 'SIGKILL') throw new Error(`the server ended by itself: ${ended.code} ${child.errors()}`)
  return isReached ? place : `missed ${place}`
}

interface Calm {
  secret: string
  start(configFile: string): ServeChild
  people: Crowd
}

async function calmState({ secret, start, people }: Calm) {
  const two = await site(secret)
  try {
    const child = start(two.configFile)
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
