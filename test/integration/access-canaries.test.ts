import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import WebSocket from 'ws'
import { createMllpClient } from '../../adapters/transports/mllp/client.ts'
import { encodeFrame } from '../../adapters/transports/mllp/framer.ts'
import { sendInstances } from '../../dicom/net/scu.ts'
import type { World } from '../support/world.ts'
import { CANARY, findCanaries } from './support/canary.ts'
import { dicomInputs, type HttpInput, hl7Inputs, httpInputs, rightfulInputs } from './support/canary-inputs.ts'
import { carelessly } from './support/careless.vulnerable.ts'
import { hospitalWorld } from './support/hospital-world.ts'
import { quiet } from './support/quiet.ts'
import { rawRequest } from './support/raw-http.ts'
import { laboratory, subscriber } from './support/receivers.ts'
import { serveChild } from './support/serve-child.ts'

/**
 * No word of a person leaves by logs (every level), metrics, error bodies, acknowledgements, DIMSE answers, the process's title,
 * file names or the temporary folder; by whatever way it came and however that went wrong (hardening A2-21 to A2-25, T47).
 */
const now = new Date(Math.floor(Date.now() / 1000) * 1000)
const feeds = [
  { name: 'hl7', transport: 'mllp', options: { port: 0 }, defaultAuthority: 'HOSP', replyTo: 'lab' },
  { name: 'dicom', transport: 'dimse', options: { port: 0, seriesTimeoutMs: 300 }, defaultAuthority: 'HOSP' },
  {
    name: 'titled',
    transport: 'dimse',
    options: { port: 0 },
    defaultAuthority: 'HOSP',
    peers: { callingAeTitles: ['MR1'] }
  },
  { name: 'drop', transport: 'http-drop', options: {}, defaultAuthority: 'HOSP' }
]
const temp = mkdtempSync(join(tmpdir(), 'hb-words-'))
const before = readdirSync(tmpdir())
const logged: string[] = []
const opened: { close(): unknown }[] = []
let world: World
beforeAll(async () => {
  const lab = await laboratory((_, n) => (n % 3 === 1 ? 'AE' : n % 3 === 2 ? 'AR' : 'AA'))
  const hook = await subscriber(() => 500)
  opened.push(lab, hook)
  world = await hospitalWorld(lab.address, {
    logStream: { write: (line) => void logged.push(line) },
    config: { feeds }
  })
  for (const criteria of ['Observation?code=http://loinc.org|2823-3', 'Patient?gender=female']) {
    const resource = {
      resourceType: 'Subscription',
      status: 'requested',
      reason: 'test',
      criteria,
      channel: { type: 'rest-hook', endpoint: hook.url, payload: 'application/fhir+json' }
    }
    const headers = { 'content-type': 'application/fhir+json' }
    await fetch(`${world.http}/fhir/R4/Subscription`, { method: 'POST', headers, body: JSON.stringify(resource) })
  }
}, 60_000)
afterAll(async () => {
  await world?.stop()
  for (const one of opened) await one.close()
  rmSync(temp, { recursive: true, force: true })
}, 60_000)

const portOf = (address: string): number => Number(/:(\d+)(?:\/|$)/.exec(address)![1])

/** Stands between a client and a port, and keeps what the server said. */
async function tap(port: number): Promise<{ port: number; said: () => string }> {
  const said: Buffer[] = []
  const server: Server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1')
    upstream.on('data', (data: Buffer) => said.push(data))
    client.pipe(upstream).pipe(client)
    for (const socket of [client, upstream]) socket.on('error', () => socket.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  opened.push(server)
  return { port: (server.address() as AddressInfo).port, said: () => Buffer.concat(said).toString('latin1') }
}

async function sendHl7(port: number): Promise<string[]> {
  const client = createMllpClient({ host: '127.0.0.1', port, timeoutMs: 5000 })
  const answers: string[] = []
  for (const bytes of Object.values(hl7Inputs(now))) {
    const reply = await client.send(bytes).catch(() => undefined)
    if (reply) answers.push(Buffer.from(reply.reply).toString('latin1'))
  }
  await client.close()
  return answers
}

const ask = (base: string, { body = '', headers, ...request }: HttpInput) =>
  rawRequest(base, {
    ...request,
    body,
    announced: Buffer.byteLength(body),
    headers: { ...headers, Connection: 'close' }
  })

/** Bytes that are no message and a message that never ends: written, and the end of the connection awaited. */
async function sendRaw(port: number): Promise<void> {
  const { 'no message': junk, 'broken bytes': broken, potassium } = hl7Inputs(now)
  const endings = [
    junk!,
    encodeFrame(junk!),
    encodeFrame(broken!),
    Buffer.from(encodeFrame(potassium!)).subarray(0, 300)
  ]
  for (const bytes of endings) {
    await new Promise<void>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => socket.end(bytes))
      socket.on('error', () => socket.destroy())
      socket.on('close', () => resolve())
      socket.resume()
    })
  }
}

test('the search finds a person in every place where a careless handler would leave it', () => {
  const { log, error, metrics, title } = carelessly(Buffer.from(hl7Inputs(now)['admission']!).toString(), temp)
  const folder = readdirSync(temp, { recursive: true }).join('\n')
  for (const place of [log, error, metrics, title, folder]) expect(findCanaries(place)).toHaveLength(1)
  expect(findCanaries('{"code":"PATIENT_MISMATCH","at":"PID-3[1]"}')).toEqual([])
})

test('no word of a person is in what the server says of its work, whichever way the person came', async () => {
  const dicom = await tap(portOf(world.address('dicom')))
  const titled = await tap(portOf(world.address('titled')))
  const acknowledgements = await sendHl7(portOf(world.address('hl7')))
  await sendRaw(portOf(world.address('hl7')))
  for (const [port, calling] of [
    // Who is taken is named in the stories of its messages, by the title that it gave itself.
    [dicom.port, 'CART9'],
    [titled.port, CANARY.stray],
    [titled.port, 'MR1']
  ] as const) {
    const peer = { host: '127.0.0.1', port, callingAeTitle: calling, calledAeTitle: 'HISBUNDLE' }
    for (const file of Object.values(dicomInputs())) await sendInstances(peer, [file], { timeoutMs: 3000 })
    await sendInstances({ ...peer, calledAeTitle: CANARY.stray }, [dicomInputs()['whole']!], { timeoutMs: 3000 })
  }
  const answers: string[] = []
  const wrong: unknown[] = []
  const denied: unknown[] = []
  for (const [what, input] of Object.entries(rightfulInputs())) {
    const { status } = await ask(world.http, input)
    if (status >= 300) denied.push([what, status])
  }
  expect(denied).toEqual([])
  for (const [what, input] of Object.entries(httpInputs())) {
    const answer = await ask(world.http, input)
    // 202 is a message that is taken and parked.
    if (answer.status < 400 && answer.status !== 202) wrong.push([what, answer.status])
    answers.push(`${what}: ${answer.head.replaceAll('\r\n', ' ')} ${answer.body.replaceAll('\n', ' ')}`)
  }
  expect(wrong).toEqual([])
  const socket = new WebSocket(`${world.http.replace('http', 'ws')}/fhir/R4/ws`)
  await new Promise((resolve) => socket.on('open', resolve))
  const goodbye = new Promise<string>((resolve) => socket.on('close', (_code, reason) => resolve(String(reason))))
  socket.send(`bind ${CANARY.mrn}`)
  answers.push(await goodbye)
  await quiet(world.app)
  await world.until('a delivery has failed', () => logged.some((line) => line.includes('"destination":"subscription/')))

  const text = async (path: string) => (await rawRequest(world.http, { method: 'GET', path })).body
  const stories = Array.from({ length: 20 }, (_, i) => text(`/admin/messages/CN${i + 1}`))
  const places: Record<string, string> = {
    logs: logged.join(''),
    metrics: await text('/metrics'),
    messages: await text('/admin/messages?limit=1000'),
    stories: (await Promise.all(stories)).join('\n'),
    parked: await text('/admin/parked'),
    outbox: await text('/admin/outbox'),
    'error bodies': answers.join('\n'),
    // An acknowledgement repeats MSH-3 to MSH-6 and MSH-10, which are the sender's own, and an ORL the order itself.
    acknowledgements: acknowledgements
      .flatMap((one) => one.split('\r').filter((line) => /^(MSA|ERR|NTE)/.test(line)))
      .join('\n'),
    'DIMSE answers': `${dicom.said()}\n${titled.said()}`.replaceAll(CANARY.stray, ''),
    title: process.title,
    'file names': readdirSync(world.dataDir, { recursive: true }).join('\n'),
    'temporary folder': readdirSync(tmpdir())
      .filter((name) => !before.includes(name))
      .join('\n')
  }
  for (const [place, body] of Object.entries(places)) expect([place, findCanaries(body)]).toEqual([place, []])
  expect(places['logs']!.split('\n').length).toBeGreaterThan(20)
  expect(answers.length).toBeGreaterThan(40)
  expect(acknowledgements.length).toBeGreaterThan(15)
}, 120_000)

test('a process that works on a person and is killed leaves nothing outside its data folder', async () => {
  const [data, tmp, cwd] = ['data', 'tmp', 'cwd'].map((name) => join(temp, name)) as [string, string, string]
  for (const dir of [data, tmp, cwd]) mkdirSync(dir)
  const configFile = join(temp, 'config.json')
  const override = {
    dataDir: data,
    http: { port: 0 },
    feeds: feeds.map(({ replyTo: _none, ...feed }) => feed),
    log: { level: 'trace' }
  }
  writeFileSync(configFile, JSON.stringify(override))
  const said: string[] = []
  const run = async (signal: NodeJS.Signals): Promise<void> => {
    const child = serveChild(configFile, { TMPDIR: tmp, HOME: cwd })
    opened.push({ close: () => child.process.kill('SIGKILL') })
    for (const stream of [child.process.stdout!, child.process.stderr!])
      stream.on('data', (chunk: Buffer) => said.push(chunk.toString()))
    const { http, feeds: addresses } = await child.up
    const port = portOf(addresses['hl7']!)
    await sendHl7(port)
    const peer = {
      host: '127.0.0.1',
      port: portOf(addresses['dicom']!),
      callingAeTitle: 'MR1',
      calledAeTitle: 'HISBUNDLE'
    }
    await sendInstances(peer, Object.values(dicomInputs()), { timeoutMs: 3000 })
    for (const input of Object.values({ ...httpInputs(), ...rightfulInputs() })) await ask(http, input)
    for (const fact of ['cmdline', 'comm']) said.push(readFileSync(`/proc/${child.process.pid}/${fact}`, 'utf8'))
    // An object is on its way, its bytes lie in the spool, and the end comes.
    const unfinished = sendInstances(peer, Object.values(dicomInputs()), { timeoutMs: 3000 })
    void rawRequest(http, { method: 'POST', path: '/inbound/drop', body: `MSH|${CANARY.free}`, announced: 9999 }).catch(
      () => undefined
    )
    child.process.kill(signal)
    await child.ended
    await unfinished
  }
  await run('SIGKILL')
  await run('SIGTERM')
  expect(readdirSync(tmp, { recursive: true })).toEqual([])
  expect(readdirSync(cwd, { recursive: true })).toEqual([])
  expect(existsSync(join(data, 'bus.sqlite'))).toBe(true)
  expect(findCanaries(readdirSync(data, { recursive: true }).join('\n'))).toEqual([])
  expect(findCanaries(said.join(''))).toEqual([])
  expect(said.join('').split('\n').length).toBeGreaterThan(20)
}, 120_000)
