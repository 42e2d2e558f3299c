import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Bundle, Patient, Provenance, Resource, RiskAssessment } from '@medplum/fhirtypes'
import { buildWorld, pocketK, type World } from '../support/world.ts'
import { admission, ecgMessage, minutes } from './support/hospital.ts'
import { sender } from './support/hospital-world.ts'

/** Results mirrored to a second server of ours, over a line that can be cut, with a token from a file. */
const TOKEN = 'canary-token-4711'
const now = new Date(Math.floor(Date.now() / 1000) * 1000)
const facts = { family: 'Sim', given: 'Ulla', birthDate: '19500301', sex: 'F' }

let peer: World
let world: World
let client: ReturnType<typeof sender>
let line: Awaited<ReturnType<typeof createLine>>
const logged: string[] = []
const folder = mkdtempSync(join(tmpdir(), 'hb-mirror-'))
const tokenFile = join(folder, 'token')
writeFileSync(tokenFile, `${TOKEN}\n`)

/** Passes on to the peer what `cut` lets through; notes every transaction. */
async function createLine() {
  const transactions: Bundle[] = []
  const line = { cut: (_n: number): 'before' | 'after' | undefined => undefined, url: '', transactions, close }
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks)
    transactions.push(JSON.parse(body.toString()) as Bundle)
    const cut = line.cut(transactions.length)
    if (cut === 'before') return void request.socket.destroy()
    const answer = await fetch(`${peer.http}${request.url}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/fhir+json',
        ...(request.headers.authorization ? { authorization: request.headers.authorization } : {})
      },
      body
    })
    // The peer has it; its answer gets lost.
    if (cut === 'after') return void request.socket.destroy()
    response
      .writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' })
      .end(Buffer.from(await answer.arrayBuffer()))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  line.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/fhir/R4`
  async function close(): Promise<void> {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  return line
}

beforeAll(async () => {
  peer = await buildWorld({ mode: 'off', config: { auth: { mode: 'token', token: TOKEN }, feeds: [] } })
  line = await createLine()
  world = await buildWorld({
    logStream: { write: (text) => void logged.push(text) },
    config: {
      destinations: [
        {
          name: 'mirror',
          kind: 'fhir',
          address: line.url,
          acceptsSynthetic: true,
          profile: { bearerTokenFile: tokenFile, timeoutMs: 5000 }
        }
      ]
    }
  })
  client = sender(world)
})
afterAll(async () => {
  await client?.close()
  await world?.stop()
  await line?.close()
  await peer?.stop()
  rmSync(folder, { recursive: true })
})

const ecg = (token: string, changes: Partial<Parameters<typeof ecgMessage>[0]> = {}) =>
  client.send(
    ecgMessage({
      controlId: `M${token}`,
      at: now,
      filler: `E${token}`,
      acquiredAt: minutes(now, -10),
      latent: 8.2,
      seed: 7,
      mrn: token,
      ...facts,
      ...changes
    })
  )
const atPeer = async <T extends Resource>(query: string): Promise<T[]> => {
  const response = await fetch(`${peer.http}/fhir/R4/${query}`, { headers: { authorization: `Bearer ${TOKEN}` } })
  const bundle = (await response.json()) as Bundle
  return (bundle.entry ?? []).map(({ resource }) => resource as T)
}
const resultOf = async (token: string) =>
  (await world.search<RiskAssessment>(`RiskAssessment?patient.identifier=${token}`))[0]
const mirrored = (token: string) =>
  peer.until(`the result of ${token} at the peer`, async () => {
    const [result] = await atPeer<RiskAssessment>(`RiskAssessment?patient.identifier=${token}`)
    return result
  })
interface Queues {
  queues: { destination: string; state: string; n: number }[]
}
const settled = () =>
  world.until('an empty outbox', async () => {
    const { queues } = await world.admin<Queues>('/admin/outbox')
    return queues.filter(({ state }) => state === 'waiting').length === 0
  })

test('a result is there under our id with its patient, device, model card and provenance, and points at them', async () => {
  await ecg('MA')
  const there = await mirrored('MA')
  const here = (await resultOf('MA'))!
  expect(there).toMatchObject({ id: here.id, status: here.status, prediction: here.prediction })
  expect(there.subject).toEqual(here.subject)
  expect(there.performer?.reference).toBe(here.performer?.reference)
  // The tracing stays here: it is named, not pointed at.
  expect(there.basis?.[0]).toMatchObject({ type: 'Observation', identifier: { system: 'urn:hisbundle:reference' } })
  expect(there.basis?.[0]?.reference).toBeUndefined()
  const [provenance] = await atPeer<Provenance>(`Provenance?target=RiskAssessment/${here.id}`)
  expect(provenance?.agent[0]?.who.reference).toBe(here.performer?.reference)
  const [patient] = await atPeer<Patient>('Patient?identifier=MA')
  expect(there.subject.reference).toBe(`Patient/${patient?.id}`)
  expect((await atPeer(`Device?_id=${here.performer?.reference?.split('/')[1]}`)).length).toBe(1)
  const card = provenance?.entity?.find(({ role }) => role === 'derivation')?.what.reference
  expect((await atPeer(`DocumentReference?_id=${card?.split('/')[1]}`)).length).toBe(1)
  expect(there.meta?.security).toEqual(here.meta?.security)
})

test('a lost line and a lost answer cost nothing and double nothing; the same event is the same bytes', async () => {
  const first = line.transactions.length
  line.cut = (n) => (n === first + 1 ? 'before' : n === first + 2 ? 'after' : undefined)
  await ecg('MB')
  const there = await mirrored('MB')
  await settled()
  expect((await atPeer('RiskAssessment?patient.identifier=MB')).length).toBe(1)
  expect((await atPeer('Patient?identifier=MB')).length).toBe(1)
  const [lost, unanswered, last] = line.transactions.slice(first).map((bundle) => JSON.stringify(bundle))
  expect(unanswered).toBe(lost)
  expect(last).toBe(lost)
  expect(there.id).toBe((await resultOf('MB'))?.id)
})

test('a retraction follows to whoever got the result', async () => {
  await ecg('MC')
  const before = await mirrored('MC')
  await ecg('MC', { controlId: 'MC2', status: 'W' })
  await peer.until('the retraction at the peer', async () => {
    const [result] = await atPeer<RiskAssessment>('RiskAssessment?patient.identifier=MC')
    return result?.status === 'entered-in-error' && result.id === before.id
  })
})

test('what a person changes in a mirrored result follows; what was never mirrored does not', async () => {
  await ecg('MD')
  const there = await mirrored('MD')
  const here = (await resultOf('MD'))!
  await settled()
  const response = await fetch(`${world.http}/fhir/R4/RiskAssessment/${here.id}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/fhir+json' },
    body: JSON.stringify({ ...here, status: 'final' })
  })
  expect(response.status).toBe(200)
  await peer.until('the signature at the peer', async () => {
    const [result] = await atPeer<RiskAssessment>('RiskAssessment?patient.identifier=MD')
    return result?.status === 'final' && result.id === there.id
  })
  const count = line.transactions.length
  await client.send(admission({ controlId: 'MD9', at: now, mrn: 'ME', visit: 'V9', admittedAt: now, ...facts }))
  await settled()
  expect(line.transactions).toHaveLength(count)
})

test('a token that is refused holds the queue, and a new one in the file frees it', async () => {
  writeFileSync(tokenFile, 'wrong')
  await ecg('MF')
  const held = await world.until('the queue to wait', async () => {
    const { queues } = await world.admin<Queues>('/admin/outbox')
    return queues.find(({ destination, state }) => destination === 'mirror' && state === 'waiting')
  })
  expect(held.n).toBeGreaterThan(0)
  expect(await atPeer('RiskAssessment?patient.identifier=MF')).toEqual([])
  // A token that was renewed in its file counts from the next try.
  writeFileSync(tokenFile, TOKEN)
  await mirrored('MF')
})

test('results of a module in shadow never leave, and no token stands in the logs', async () => {
  await settled()
  const sent = JSON.stringify(line.transactions)
  expect(sent).not.toContain('"shadow"')
  expect(logged.length).toBeGreaterThan(10)
  expect(logged.join('')).not.toContain(TOKEN)

  const shadow = await buildWorld({
    config: {
      modules: await pocketK('shadow'),
      destinations: [{ name: 'mirror', kind: 'fhir', address: line.url, acceptsSynthetic: true }]
    }
  })
  const count = line.transactions.length
  try {
    const cart = sender(shadow)
    await cart.send(
      ecgMessage({
        controlId: 'MS',
        at: now,
        filler: 'EMS',
        acquiredAt: minutes(now, -10),
        latent: 8.2,
        seed: 7,
        mrn: 'MS',
        ...facts
      })
    )
    await cart.close()
    await shadow.until(
      'the shadow result',
      async () => (await shadow.search('RiskAssessment?patient.identifier=MS'))[0]
    )
    await shadow.until('its event handled', async () => (await shadow.app.bus.lag('events.resulted', 'deliver')) === 0)
  } finally {
    await shadow.stop()
  }
  expect(line.transactions).toHaveLength(count)
})
