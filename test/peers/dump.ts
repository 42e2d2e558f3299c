// Plays the demo hospital's day (and what it leaves out: refusals, a cancelled order, an order in the original mode) through
// the sockets of a whole server, then writes what the Java peers read: `env node test/peers/dump.ts <folder>`.
//   fhir/<Type>-<id>.json   every resource of the store, over REST
//   hl7/<nn>-<type>.hl7     every message that we wrote: ACK, ORL, ORR, ORU
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Bundle, CapabilityStatement, Resource } from '@medplum/fhirtypes'
import { buildAck } from '../../adapters/hl7v2/ack.ts'
import { buildMsh, buildSegment } from '../../adapters/hl7v2/build.ts'
import { parseMessage } from '../../adapters/hl7v2/parse.ts'
import { createFramer, encodeFrame } from '../../adapters/transports/mllp/framer.ts'
import { createLogger } from '../../core/log.ts'
import { parseDicomAddress } from '../../dicom/net/peer.ts'
import { sendInstances } from '../../dicom/net/scu.ts'
import { createApp } from '../../server/app/create-app.ts'
import { loadConfig } from '../../server/config/load.ts'
import { demoConfig } from '../../server/demo/config.ts'
import { demoDay, type Step } from '../../server/demo/day.ts'
import { mllpPeer } from '../real/wire.ts'
import { shippedModelSha256 } from '../support/world.ts'

const out = process.argv[2]
if (!out) throw new Error('name the folder to write to')
for (const folder of ['fhir', 'hl7']) mkdirSync(join(out, folder), { recursive: true })

/** Every message that we wrote, as bytes on a wire. */
const written: Uint8Array[] = []
const lab = createServer((socket) => {
  const framer = createFramer()
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk) => {
    for (const event of framer.push(chunk)) {
      if (event.kind !== 'frame') continue
      written.push(event.bytes)
      const message = parseMessage(event.bytes)
      socket.write(encodeFrame(buildAck(message, { code: 'AA', controlId: `LIS${written.length}`, time: new Date() })))
    }
  })
})
await new Promise<void>((resolve) => lab.listen(0, '127.0.0.1', resolve))

/** A subscriber, so that alerts are delivered and written down as Communications. */
const subscriber = createHttpServer((request, response) => {
  request.resume().once('end', () => response.end())
})
await new Promise<void>((resolve) => subscriber.listen(0, '127.0.0.1', resolve))

const dataDir = mkdtempSync(join(tmpdir(), 'hb-peers-'))
const labAddress = `mllp://127.0.0.1:${(lab.address() as AddressInfo).port}`
const override = demoConfig({ dataDir, labAddress, modelSha256: await shippedModelSha256() })
const app = await createApp(loadConfig({ env: {}, override }), { log: createLogger({ level: 'error' }) })
const { http, feeds } = await app.start()
const address = (name: string): string => feeds.find((feed) => feed.name === name)!.address
const FEEDS = { HIS: 'adt', LIS: 'lab', CART: 'cart', MODALITY: 'modality' } as const

try {
  await subscribe('Task?code=risk-alert')
  for (const step of demoDay(new Date())) await play(step)
  for (const order of extraOrders()) await ask('LIS', order)
  for (const order of extraOrders()) await ask('HIS', order)
  await ask('HIS', Buffer.from('MSH|^~\\&|HIS|DEMOHOSP|||20260101||ADT^A01|X1|T|2.5.1\r', 'latin1'))
  await ask('HIS', Buffer.from('MSH|^~\\&|HIS|DEMOHOSP|||20260101||ADT^A01|X2|Q|2.5.1\r', 'latin1'))
  await quiet()
  const resources = await everyResource()
  for (const resource of resources) {
    writeFileSync(join(out, 'fhir', `${resource.resourceType}-${resource.id}.json`), JSON.stringify(resource, null, 1))
  }
  written.forEach((bytes, i) => {
    const { type, event } = parseMessage(bytes)
    writeFileSync(join(out, 'hl7', `${String(i + 1).padStart(2, '0')}-${type}-${event}.hl7`), bytes)
  })
  process.stdout.write(`dump: ${resources.length} resources, ${written.length} HL7 v2 messages of ours\n`)
} finally {
  await app.stop()
  lab.close()
  subscriber.close()
  subscriber.closeAllConnections()
  rmSync(dataDir, { recursive: true, force: true })
}

async function subscribe(criteria: string): Promise<void> {
  const endpoint = `http://127.0.0.1:${(subscriber.address() as AddressInfo).port}/hook`
  const channel = { type: 'rest-hook', endpoint, payload: 'application/fhir+json' }
  const resource = { resourceType: 'Subscription', status: 'requested', reason: 'Risk alerts', criteria, channel }
  const response = await fetch(`${http}/fhir/R4/Subscription`, {
    method: 'POST',
    headers: { 'content-type': 'application/fhir+json' },
    body: JSON.stringify(resource)
  })
  if (response.status !== 201) throw new Error(`the subscription was answered ${response.status}`)
}

async function play(step: Step): Promise<void> {
  const bytes = step.bytes(new Date())
  if (step.from === 'MODALITY') await sendInstances(parseDicomAddress(address('modality')), [bytes])
  else await ask(step.from, bytes)
}

async function ask(from: keyof typeof FEEDS, bytes: Uint8Array): Promise<void> {
  const peer = await mllpPeer(address(FEEDS[from]))
  written.push(Buffer.from(await peer.exchange(bytes), 'utf8'))
  peer.close()
}

/** Orders in the original mode (answered on the connection): not ours, unknown to cancel, ours as ORM. */
function extraOrders(): Uint8Array[] {
  const order = (type: [string, string, string], controlId: string, control: string, code: string): Uint8Array => {
    const time = new Date()
    const parties = { sendingApplication: 'LIS', sendingFacility: 'DEMOHOSP', receivingApplication: 'HISBUNDLE' }
    const header = { ...parties, receivingFacility: 'DEMOHOSP', time, zone: 'UTC', type, controlId }
    const segments = [
      buildMsh({ ...header, processingId: 'T', version: '2.5.1', charset: 'UNICODE UTF-8' }),
      buildSegment('PID', ['1', '', '1002^^^DEMOHOSP^MR', '', 'Beispiel^Bruno', '', '19611102', 'M']),
      buildSegment('ORC', [control, `${controlId}^LIS`]),
      buildSegment('OBR', ['1', `${controlId}^LIS`, '', `${code}^Order^L`])
    ]
    return Buffer.from(segments.map((segment) => `${segment}\r`).join(''))
  }
  const run = String(Date.now()).slice(-7)
  return [
    order(['OML', 'O21', 'OML_O21'], `A${run}`, 'NW', 'KSCREEN'),
    order(['OML', 'O21', 'OML_O21'], `B${run}`, 'NW', 'SOMETHING'),
    order(['OML', 'O21', 'OML_O21'], `C${run}`, 'CA', 'KSCREEN'),
    order(['ORM', 'O01', 'ORM_O01'], `D${run}`, 'NW', 'KSCREEN')
  ]
}

/** Nothing recorded, run or sent for two seconds, and no timer about to fire (a stay whose first 24 hours end). */
async function quiet(): Promise<void> {
  const deadline = performance.now() + 60_000
  let last = ''
  let since = performance.now()
  while (performance.now() < deadline && performance.now() - since < 2000) {
    const now = JSON.stringify([await app.pipeline.story.counts(), written.length, app.pipeline.counters.relayed])
    const soon = await app.store.sql.all('SELECT key FROM timers WHERE due < ? LIMIT 1', [Date.now() + 15_000])
    if (now !== last || soon.length > 0) since = performance.now()
    last = now
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

async function everyResource(): Promise<Resource[]> {
  const statement = await get<CapabilityStatement>('metadata')
  const resources: Resource[] = []
  for (const { type } of statement.rest?.[0]?.resource ?? []) {
    let next: string | undefined = `${type}?_count=100`
    while (next) {
      const page: Bundle = await get<Bundle>(next)
      resources.push(...(page.entry ?? []).map(({ resource }) => resource!))
      const url: string | undefined = page.link?.find(({ relation }) => relation === 'next')?.url
      next = url?.split('/fhir/R4/')[1]
    }
  }
  return [...resources, statement]
}

async function get<T>(path: string): Promise<T> {
  const response = await fetch(`${http}/fhir/R4/${path}`)
  if (!response.ok) throw new Error(`${path.split('?')[0]} answered ${response.status}`)
  return (await response.json()) as T
}
