import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMllpClient } from '../../../adapters/transports/mllp/client.ts'
import { parseDicomAddress } from '../../../dicom/net/peer.ts'
import { sendInstances } from '../../../dicom/net/scu.ts'
import { buildEcg } from '../../../dicom/waveform/write.ts'
import { SHIPPED_MODELS } from '../../../inference/runtime/runtime.ts'
import { simulateEcg } from '../../../server/demo/simulate/ecg.ts'
import { seeded } from '../../../server/demo/simulate/random.ts'
import { shippedModelSha256 } from '../../support/world.ts'
import { stateByIdentifier } from './arrivals.ts'
import { admission, ecgMessage, minutes, order, potassium } from './hospital.ts'
import { laboratory, subscriber } from './receivers.ts'
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

type Kind = 'adt' | 'lab' | 'wave' | 'dicom' | 'rest' | 'order'
const KINDS: Kind[] = ['adt', 'lab', 'wave', 'dicom', 'rest', 'order']

interface Item {
  kind: Kind
  /** Control id, SOP Instance UID, or the identifier value of the bundle. */
  id: string
  bytes: Uint8Array
}

/** All that one simulated person causes; the same for the run with and without kills. */
function personItems(token: string, now: Date): Item[] {
  const person = { mrn: `O${token}`, family: 'Sim', given: 'Ulla', birthDate: '19500301', sex: 'F' }
  const at = (n: number) => minutes(now, n)
  const hl7 = { ...person }
  const uids = { study: `2.25.1${token}1`, series: `2.25.1${token}2`, instance: `2.25.1${token}3` }
  const acquired = at(-30)
  const cardio = simulateEcg({ seed: 11, potassium: 4.2 })
  const leads = ['I', 'II']
  const dicom = buildEcg(
    [{ rateHz: 500, leads: leads.map((name) => ({ name })), samples: cardio.samples.slice(0, 2) }],
    {
      patient: { id: person.mrn, issuer: 'HOSP', family: 'Sim', given: 'Ulla', birthDate: '1950-03-01', sex: 'F' },
      uids,
      acquiredAt: acquired.toISOString().replace(/[-:T]/g, '').slice(0, 14),
      utcOffset: '+0000',
      synthetic: true,
      sensitivityUv: 5
    }
  )
  const bundle = {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      {
        fullUrl: 'urn:uuid:11111111-1111-4111-8111-111111111111',
        resource: {
          resourceType: 'Patient',
          identifier: [{ system: 'urn:example:rest', value: `R${token}` }],
          active: true
        },
        request: { method: 'POST', url: 'Patient', ifNoneExist: `identifier=urn:example:rest|R${token}` }
      },
      {
        resource: {
          resourceType: 'Observation',
          identifier: [{ system: 'urn:example:rest', value: `R${token}O` }],
          status: 'final',
          code: { coding: [{ system: 'http://loinc.org', code: '2951-2' }] },
          subject: { reference: 'urn:uuid:11111111-1111-4111-8111-111111111111' },
          valueQuantity: { value: 140, unit: 'mmol/L', system: 'http://unitsofmeasure.org', code: 'mmol/L' }
        },
        request: { method: 'POST', url: 'Observation', ifNoneExist: `identifier=urn:example:rest|R${token}O` }
      }
    ]
  }
  return [
    {
      kind: 'adt',
      id: `A${token}`,
      bytes: admission({ controlId: `A${token}`, at: at(-60), visit: `V${token}`, admittedAt: at(-70), ...hl7 })
    },
    {
      kind: 'lab',
      id: `C${token}`,
      bytes: potassium({
        controlId: `C${token}`,
        at: at(-10),
        filler: `F${token}`,
        value: '6.4',
        collectedAt: at(-15),
        ...hl7
      })
    },
    {
      kind: 'wave',
      id: `D${token}`,
      bytes: ecgMessage({
        controlId: `D${token}`,
        at: at(-18),
        filler: `E${token}`,
        acquiredAt: at(-20),
        latent: 8.2,
        seed: 7,
        ...hl7
      })
    },
    { kind: 'dicom', id: uids.instance, bytes: dicom },
    { kind: 'rest', id: `R${token}`, bytes: Buffer.from(JSON.stringify(bundle)) },
    {
      kind: 'order',
      id: `B${token}`,
      // The window of the order holds the ORU's ECG only: which of two ECGs answers would depend on which came first.
      bytes: order({ controlId: `B${token}`, at: at(35), placer: `PL${token}`, placedAt: at(35), ...hl7 })
    }
  ]
}

const json = async <T>(url: string, init?: RequestInit): Promise<T> => {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(15_000) })
  if (!response.ok)
    throw new Error(`${new URL(url).pathname} answered ${response.status} ${(await response.text()).slice(0, 300)}`)
  return (await response.json()) as T
}
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** One server folder with its configuration, the laboratory and the subscriber outside it. */
async function site(secret: string) {
  const dir = mkdtempSync(join(tmpdir(), 'hb-kill-'))
  const dataDir = join(dir, 'data')
  mkdirSync(dataDir)
  // The same secret makes the same ids in both runs.
  writeFileSync(join(dataDir, 'site-secret'), secret, { mode: 0o600 })
  cpSync(SHIPPED_MODELS, join(dir, 'models'), { recursive: true })
  const lab = await laboratory()
  const hook = await subscriber()
  const codeMap = {
    orders: { 'L|KSCREEN': 'pocket-k' },
    observations: { 'L|K': { system: 'http://loinc.org', code: '2823-3' } }
  }
  const feed = { defaultAuthority: 'HOSP', zone: 'UTC' }
  const config = {
    dataDir,
    http: { port: 0 },
    models: { root: join(dir, 'models') },
    feeds: [
      { name: 'hl7', transport: 'mllp', options: { port: 0 }, codeMap, replyTo: 'lab', ...feed },
      { name: 'dicom', transport: 'dimse', options: { port: 0 }, codeMap: {}, ...feed },
      { name: 'drop', transport: 'http-drop', options: {}, codeMap, ...feed }
    ],
    destinations: [
      { name: 'lab', kind: 'mllp', address: lab.address, acceptsSynthetic: true, profile: { timeoutMs: 3000 } }
    ],
    modules: {
      'pocket-k': {
        mode: 'advisory',
        policy: {},
        approval: {
          approver: 'test',
          date: '2026-01-01',
          modelSha256: await shippedModelSha256(),
          threshold: 0.5,
          evaluation: 'test'
        }
      }
    },
    subscriptions: { allowedHosts: ['127.0.0.1'] },
    alerts: { provisionalPatients: true },
    log: { level: 'error' }
  }
  const configFile = join(dir, 'config.json')
  writeFileSync(configFile, JSON.stringify(config))
  return {
    configFile,
    lab,
    hook,
    async close() {
      await lab.close()
      await hook.close()
      rmSync(dir, { recursive: true, force: true })
    }
  }
}

type Site = Awaited<ReturnType<typeof site>>

async function subscribe(http: string, url: string): Promise<void> {
  for (const criteria of ['RiskAssessment?method=pocket-k', 'Task?status=requested'])
    await json(`${http}/fhir/R4/Subscription`, {
      method: 'POST',
      headers: { 'content-type': 'application/fhir+json' },
      body: JSON.stringify({
        resourceType: 'Subscription',
        status: 'requested',
        reason: 'test',
        criteria,
        channel: { type: 'rest-hook', endpoint: url, payload: 'application/fhir+json' }
      })
    })
}

/** Nothing received is unsettled, nothing waits to go out, and the numbers stand still. */
async function drained(http: string, timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs
  let last = ''
  for (let still = 0; still < 10; ) {
    const { counts } = await json<{ counts: Record<string, number> }>(`${http}/admin/messages?limit=1`)
    const { queues } = await json<{ queues: { state: string; n: number }[] }>(`${http}/admin/outbox`)
    const metrics = await (await fetch(`${http}/metrics`, { signal: AbortSignal.timeout(15_000) })).text()
    const lags = [...metrics.matchAll(/^hisbundle_lag.* (\d+)$/gm)].map(([, n]) => Number(n))
    const waiting = queues.filter(({ state }) => state === 'waiting').reduce((sum, { n }) => sum + n, 0)
    const now = JSON.stringify([counts, queues, lags])
    still = waiting === 0 && !counts.received && lags.every((n) => n === 0) && now === last ? still + 1 : 0
    last = now
    if (performance.now() > deadline) throw new Error(`not drained after ${timeoutMs} ms: ${now}`)
    await pause(150)
  }
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

/** What a receiver sees of a resource, without the stamps of versions. */
const contentOf = (body: string): string => {
  const { meta: _meta, ...rest } = JSON.parse(body) as Record<string, unknown>
  return JSON.stringify(rest)
}

async function judge(place: Site, http: string, items: Item[], acknowledged: Set<string>) {
  let taken = 0
  const lost: string[] = []
  const parked: string[] = []
  const doubles: string[] = []
  const undelivered: string[] = []
  for (const { kind, id } of items.filter((item) => acknowledged.has(item.id))) {
    if (kind === 'rest') {
      for (const [type, value] of [
        ['Patient', id],
        ['Observation', `${id}O`]
      ]) {
        const { entry = [] } = await json<{ entry?: unknown[] }>(
          `${http}/fhir/R4/${type}?identifier=urn:example:rest|${value}`
        )
        if (entry.length === 0) lost.push(`${kind} ${id}`)
        if (entry.length > 1) doubles.push(`${type} ${value} exists ${entry.length} times`)
      }
      continue
    }
    const story = await json<{ messages: { state: string }[] }>(`${http}/admin/messages/${id}`).catch(() => undefined)
    const states = story?.messages.map(({ state }) => state) ?? []
    if (states.length === 0 || states.includes('received')) lost.push(`${kind} ${id} ${states.join()}`)
    if (states.includes('parked')) parked.push(`${kind} ${id}`)
    // Taken twice because the first answer died with the process: the same id again, told apart from its effect.
    taken += Math.max(0, states.length - 1)
  }
  // Versions: none says again what the one before it said.
  const results = new Map<string, { id: string; resourceType: string; basedOn?: { reference?: string } }>()
  for (const type of [
    'RiskAssessment',
    'Task',
    'Observation',
    'ServiceRequest',
    'DiagnosticReport',
    'Patient',
    'Encounter'
  ]) {
    let next: string | undefined = `${http}/fhir/R4/${type}?_count=200`
    while (next) {
      const page: {
        entry?: { resource: { id: string; resourceType: string; meta?: { versionId?: string } } }[]
        link?: { relation: string; url: string }[]
      } = await json(next)
      for (const { resource } of page.entry ?? []) {
        results.set(`${type}/${resource.id}`, resource)
        if (resource.meta?.versionId === '1') continue
        const history = await json<{ entry?: { resource: object }[] }>(
          `${http}/fhir/R4/${type}/${resource.id}/_history?_count=100`
        )
        const contents = (history.entry ?? []).map(({ resource: version }) => withoutStamps(version))
        contents.forEach((content, i) => {
          if (content === contents[i + 1]) doubles.push(`${type}/${resource.id} says the same in two versions`)
        })
      }
      next = page.link?.find(({ relation }) => relation === 'next')?.url
    }
  }
  // Notifications: under one id resends, under another the same content again is a double effect.
  const seen = new Map<string, { path: string; content: string }>()
  let resentNotifications = 0
  const lastOf = new Map<string, string>()
  for (const { eventId, path, body } of place.hook.received) {
    if (seen.has(eventId)) {
      resentNotifications++
      continue
    }
    const content = contentOf(body)
    if (lastOf.get(path) === content) doubles.push(`${path} notified again under ${eventId}`)
    seen.set(eventId, { path, content })
    lastOf.set(path, content)
  }
  for (const [name, { resourceType }] of results)
    if ((resourceType === 'RiskAssessment' || resourceType === 'Task') && !lastOf.has(`/hook/${name}`)) {
      const resource = results.get(name) as { status?: string }
      if (resource.status === 'preliminary' || resource.status === 'requested')
        undelivered.push(`${name} was never notified`)
    }
  const oru = new Map<string, string>()
  let resentOru = 0
  const answers = new Map<string, Set<string>>()
  for (const { controlId, text } of place.lab.received) {
    if (oru.has(controlId)) {
      resentOru++
      continue
    }
    oru.set(controlId, text)
    const filler = /\rOBR\|[^|]*\|[^|]*\|([^|\r]*)/.exec(text)?.[1] ?? ''
    const content = text
      .split('\r')
      .slice(1)
      .map((line) =>
        line.startsWith('OBR')
          ? line
              .split('|')
              .filter((_, i) => i !== 22)
              .join('|')
          : line
      )
      .join('\r')
    const known = answers.get(filler) ?? new Set()
    if (known.has(content)) doubles.push(`ORU of order ${filler} again under ${controlId}`)
    answers.set(filler, known.add(content))
  }
  for (const { id } of items.filter(({ kind }) => kind === 'order'))
    if (![...oru.values()].some((text) => text.includes(`PL${id.slice(1)}^LAB`)))
      undelivered.push(`order ${id} was never answered`)
  return {
    lost,
    parked,
    doubles,
    undelivered,
    notifications: seen.size,
    oru: oru.size,
    resends: { notifications: resentNotifications, oru: resentOru, taken }
  }
}

function withoutStamps(resource: object): string {
  const { meta, ...rest } = resource as { meta?: { tag?: unknown } }
  return JSON.stringify([rest, meta?.tag])
}
