import { createMllpClient } from '../../../adapters/transports/mllp/client.ts'
import { parseDicomAddress } from '../../../dicom/net/peer.ts'
import { sendInstances } from '../../../dicom/net/scu.ts'
import { seeded } from '../../../server/demo/simulate/random.ts'
import { stateByIdentifier } from './arrivals.ts'
import { type Item, KINDS, type Kind, personItems } from './kill-items.ts'
import { judge } from './kill-judge.ts'
import { drained, json, pause, site, subscribe } from './kill-site.ts'
import { type Addresses, type ServeChild, serveChild } from './serve-child.ts'

export interface KillReport {
  seed: number
  kills: number
  killsDuringStart: number
  sent: Record<string, number>
  acknowledged: number
  /** Acknowledged messages of which the server knows nothing, or which it never settled. */
  lost: string[]
  parked: string[]
  /** A second resource, version, notification or ORU under a new id with the same content. */
  doubles: string[]
  /** The same id again: allowed, counted apart. `taken`: messages that lie on the bus twice (answer lost with the process). */
  resends: { notifications: number; oru: number; inbound: number; taken: number }
  /** Results nobody was told of, orders nobody answered. */
  undelivered: string[]
  notifications: number
  oru: number
  /** Final state against a run without kills. */
  differing: string[]
  persons: number
  seconds: number
}

/** One sender of one kind: in its order, each again and again until it is acknowledged. */
async function sendAll(
  queue: AsyncIterable<Item>,
  where: () => Promise<Addresses>,
  acknowledged: Set<string>,
  onResend: () => void
): Promise<void> {
  let client: { address: string; mllp: ReturnType<typeof createMllpClient> } | undefined
  for await (const item of queue) {
    for (let tries = 0; ; tries++) {
      if (tries > 0) onResend()
      try {
        const { http, feeds } = await where()
        if (item.kind === 'rest') {
          await json(`${http}/fhir/R4`, {
            method: 'POST',
            headers: { 'content-type': 'application/fhir+json' },
            body: Buffer.from(item.bytes)
          })
        } else if (item.kind === 'dicom') {
          const [result] = await sendInstances(
            parseDicomAddress(feeds.dicom!.replace('dicom://', 'dicom://CART@')),
            [item.bytes],
            {
              timeoutMs: 5000
            }
          )
          if (result?.status !== 0) throw new Error(`DIMSE ${result?.status} ${result?.error?.code}`)
        } else {
          if (client?.address !== feeds.hl7) {
            await client?.mllp.close()
            const { hostname: host, port } = new URL(feeds.hl7!.replace('mllp:', 'http:'))
            client = { address: feeds.hl7!, mllp: createMllpClient({ host, port: Number(port), timeoutMs: 5000 }) }
          }
          const { code } = await client!.mllp.send(item.bytes)
          if (code !== 'AA') throw new Error(`answered ${code}`)
        }
        acknowledged.add(item.id)
        break
      } catch (error) {
        if (tries > 400) throw new Error(`${item.kind} was never acknowledged: ${(error as Error).message}`)
        await pause(40)
      }
    }
  }
  await client?.mllp.close()
}

/** @param onProgress told after each kill */
export async function killRun(options: {
  times: number
  seed: number
  /** Simulated people at least; more are made while kills go on. */
  persons: number
  maxPersons?: number
  onProgress?(text: string): void
}): Promise<KillReport> {
  const began = performance.now()
  const uniform = seeded(options.seed)
  const now = new Date(Math.floor(Date.now() / 1000) * 1000)
  const secret = Array.from({ length: 64 }, () => Math.floor(uniform() * 16).toString(16)).join('')
  const base = 1000 + Math.floor(uniform() * 8000)
  const items: Item[] = []
  const tokens: string[] = []
  const grow = (): void => {
    const token = `${base}${String(tokens.length).padStart(4, '0')}9`
    tokens.push(token)
    items.push(...personItems(token, now))
  }
  const one = await site(secret)
  const acknowledged = new Set<string>()
  let inboundResends = 0
  let child: ServeChild = serveChild(one.configFile)
  const first = await child.up
  await subscribe(first.http, one.hook.url)
  let killing = true
  let killsDuringStart = 0
  const maxPersons = options.maxPersons ?? options.persons + options.times * 8
  const queueOf = async function* (kind: Kind): AsyncGenerator<Item> {
    for (let i = 0; ; i++) {
      if (i >= tokens.length) {
        if ((!killing && i >= options.persons) || i >= maxPersons) {
          if (!killing) return
          await pause(20)
          i--
          continue
        }
        grow()
      }
      // Kinds drift apart by themselves; a pause keeps the load going through every kill.
      if (killing) await pause(uniform() * 160)
      yield items[i * KINDS.length + KINDS.indexOf(kind)]!
    }
  }
  const senders = Promise.all(
    KINDS.map((kind) =>
      sendAll(
        queueOf(kind),
        () => child.up,
        acknowledged,
        () => void inboundResends++
      )
    )
  )
  const kill = async (): Promise<void> => {
    child.process.kill('SIGKILL')
    await child.exited
    child = serveChild(one.configFile)
  }
  for (let n = 1; n <= options.times; n++) {
    // One in eight comes while the server is still starting.
    if (uniform() < 0.125) {
      await pause(uniform() * 1500)
      killsDuringStart++
    } else {
      await child.up
      await pause(30 + uniform() * 1200)
    }
    await kill()
    options.onProgress?.(`kill ${n} of ${options.times}, ${acknowledged.size} acknowledged`)
  }
  killing = false
  await senders
  const { http } = await child.up
  await drained(http, 180_000)
  const report = await judge(one, http, items, acknowledged)
  const state = await statesOf(http, tokens)
  child.process.kill('SIGTERM')
  await child.exited
  await one.close()

  const two = await site(secret)
  const calm = serveChild(two.configFile)
  const addresses = await calm.up
  await subscribe(addresses.http, two.hook.url)
  const fixed = async function* (kind: Kind): AsyncGenerator<Item> {
    for (const item of items) if (item.kind === kind) yield item
  }
  await Promise.all(
    KINDS.map((kind) =>
      sendAll(
        fixed(kind),
        () => calm.up,
        new Set(),
        () => undefined
      )
    )
  )
  await drained(addresses.http, 180_000)
  const calmState = await statesOf(addresses.http, tokens)
  calm.process.kill('SIGTERM')
  await calm.exited
  await two.close()
  const differing = [...state].flatMap(([token, text]) => differencesOf(token, text, calmState.get(token) ?? []))
  return {
    seed: options.seed,
    kills: options.times,
    killsDuringStart,
    sent: Object.fromEntries(KINDS.map((kind) => [kind, items.filter((item) => item.kind === kind).length])),
    acknowledged: acknowledged.size,
    ...report,
    resends: { ...report.resends, inbound: inboundResends },
    differing,
    persons: tokens.length,
    seconds: (performance.now() - began) / 1000
  }
}

async function statesOf(http: string, tokens: string[]): Promise<Map<string, string[]>> {
  const search = async <T>(query: string): Promise<T[]> =>
    ((await json<{ entry?: { resource: T }[] }>(`${http}/fhir/R4/${query}`)).entry ?? []).map(
      ({ resource }) => resource
    )
  const states = new Map<string, string[]>()
  for (const token of tokens) states.set(token, await stateByIdentifier(search, token, ['O', 'R']))
  return states
}

function differencesOf(token: string, a: string[], b: string[]): string[] {
  const [left, right] = [new Set(a), new Set(b)]
  return [
    ...a.filter((line) => !right.has(line)).map((line) => `${token} only with kills: ${line.slice(0, 700)}`),
    ...b.filter((line) => !left.has(line)).map((line) => `${token} only without: ${line.slice(0, 700)}`)
  ]
}
