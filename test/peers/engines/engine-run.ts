import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { seeded } from '../../../server/demo/simulate/random.ts'
import { crowd, sendAll } from '../../chaos/crowd.ts'
import { differencesBetween, statesOf } from '../../chaos/states.ts'
import { verdict } from '../../chaos/verdict.ts'
import { drained, pause, site, subscribe } from '../../integration/support/kill-site.ts'
import { serveChild } from '../../integration/support/serve-child.ts'
import { startKafka } from '../kafka/broker.ts'
import { startPostgres } from '../postgres/cluster.ts'
import { startBucket } from '../s3/bucket.ts'
import { type Fleet, MEMBERS, type MemberName, onEngines, startFleet } from './fleet.ts'
import { type Watch, watch } from './recovered.ts'

const DRAIN_MS = 600_000
/** One kill in so many comes while the one before is still being recovered from. */
const OVERLAPPING = 0.2

export interface EngineOptions {
  kills: number
  seed: number
  /** Simulated people at first, and that join with each kill (17 messages each). */
  persons: number
  personsPerKill: number
  /** Where blobs lie: a folder that all share, or a bucket. */
  blobs: 'file' | 's3'
  /** Restart every member in order at the end, under load. */
  rolling: boolean
  onProgress?(text: string): void
}

export interface Kill {
  member: MemberName
  /** From the kill to the new process's ready line. */
  upMs: number
  /** From the kill until all that had been taken before it was recorded, scored and sent; undefined: not waited for. */
  recoveredMs?: number
}

export interface EngineReport {
  seed: number
  kills: Kill[]
  /** Exit statuses of the rolling restart that were not 0. */
  unclean: string[]
  /** Members that ended by themselves. */
  failures: string[]
  persons: number
  sent: number
  acknowledged: number
  lost: string[]
  parked: string[]
  doubles: string[]
  undelivered: string[]
  /** Final state against one embedded process that was left alone. */
  differing: string[]
  notifications: number
  oru: number
  resends: { notifications: number; oru: number; inbound: number; taken: number }
  seconds: number
}

/**
 * The mixed load of the kill proof into nine processes on a real Kafka and a real PostgreSQL, any of which is killed at any
 * time; then all of them restarted one after the other; then the same messages into one embedded process, and what the two
 * came to.
 */
export async function engineRun(options: EngineOptions): Promise<EngineReport> {
  const began = performance.now()
  const { seed, persons, personsPerKill, onProgress } = options
  const uniform = seeded(seed)
  const now = new Date(Math.floor(Date.now() / 1000) * 1000)
  const secret = Array.from({ length: 64 }, () => Math.floor(uniform() * 16).toString(16)).join('')
  const people = crowd(now, 1000 + Math.floor(uniform() * 8000))
  const cache = mkdtempSync(join(tmpdir(), 'hb-code-'))
  const env = { NODE_COMPILE_CACHE: cache }
  const [kafka, postgres, one] = await Promise.all([startKafka(), startPostgres(), site(secret)])
  const database = await postgres.newDatabase()
  const bucket = options.blobs === 's3' ? await startBucket(cache) : undefined
  const blobs = bucket?.config ?? { kind: 'file', dir: join(cache, 'blobs') }
  const look = await watch({ brokers: kafka.brokers, database })
  let fleet: Fleet | undefined
  try {
    // The first start makes the tables and topics; the others find them.
    fleet = await startFleet({ ...onEngines(one.configFile, { brokers: kafka.brokers, database, blobs, secret }), env })
    await fleet.whole()
    onProgress?.('nine processes are up')
    await subscribe(await fleet.http(), one.hook.url)
    people.allow(persons)
    const acknowledged = new Set<string>()
    let inbound = 0
    const senders = sendAll(people, uniform, fleet.where, {
      onAcknowledged: ({ item }) => void acknowledged.add(item.id),
      onResend: () => void inbound++
    })
    const kills: Kill[] = []
    for (let n = 1; n <= options.kills; n++) {
      // Some come before the kill, so that they are on their way when it strikes; the rest while the process is away.
      people.allow(persons + Math.ceil((n - 0.5) * personsPerKill))
      await pause(100 + uniform() * 1200)
      const [member] = MEMBERS[Math.floor(uniform() * MEMBERS.length)]!
      people.allow(persons + n * personsPerKill)
      const kill = await killOne(fleet, member, { look, isWaiting: uniform() >= OVERLAPPING })
      kills.push(kill)
      onProgress?.(
        `kill ${n} of ${options.kills}: ${member}, up after ${kill.upMs.toFixed(0)} ms, recovered after ${kill.recoveredMs?.toFixed(0) ?? '-'} ms, ${acknowledged.size} acknowledged`
      )
    }
    const unclean: string[] = []
    if (options.rolling) {
      for (const [name] of MEMBERS) {
        people.allow(people.tokens().length + 1)
        const status = await fleet.restart(name)
        if (status !== 0) unclean.push(`${name} ended with ${status}`)
        onProgress?.(`restarted ${name}`)
      }
    }
    people.close()
    await senders
    await fleet.whole()
    const http = await fleet.http()
    onProgress?.('all is acknowledged')
    await drained(http, DRAIN_MS)
    onProgress?.('judging')
    const found = await verdict(one, http, people.sent(), acknowledged)
    const state = await statesOf(http, people.tokens())
    const failures = [...fleet.failures]
    await fleet.stop()
    fleet = undefined
    onProgress?.('the same into one embedded process')
    const calm = await embedded({ secret, env, people })
    return {
      seed,
      kills,
      unclean,
      failures,
      persons: people.tokens().length,
      sent: people.sent().length,
      acknowledged: acknowledged.size,
      ...found,
      resends: { ...found.resends, inbound },
      differing: differencesBetween(state, calm),
      seconds: (performance.now() - began) / 1000
    }
  } finally {
    await fleet?.stop()
    await look.close()
    await Promise.all([kafka.stop(), postgres.stop(), one.close(), bucket?.stop()])
    rmSync(cache, { recursive: true, force: true })
  }
}

async function killOne(
  fleet: Fleet,
  member: MemberName,
  { look, isWaiting }: { look: Watch; isWaiting: boolean }
): Promise<Kill> {
  const at = new Date().toISOString()
  const began = performance.now()
  const { up } = await fleet.kill(member)
  if (!isWaiting) return { member, upMs: await up }
  const [upMs] = await Promise.all([up, look.recovered(at)])
  return { member, upMs, recoveredMs: performance.now() - began }
}

async function embedded(run: { secret: string; env: Record<string, string>; people: ReturnType<typeof crowd> }) {
  const two = await site(run.secret)
  try {
    const child = serveChild(two.configFile, run.env)
    const { http } = await child.up
    await subscribe(http, two.hook.url)
    await sendAll(run.people, undefined, () => child.up, { onAcknowledged: () => undefined })
    await drained(http, DRAIN_MS)
    const state = await statesOf(http, run.people.tokens())
    child.process.kill('SIGTERM')
    await child.exited
    return state
  } finally {
    await two.close()
  }
}
