import { dirname, join } from 'node:path'
import { createMllpClient, type MllpClient } from '../../adapters/transports/mllp/client.ts'
import { parseDicomAddress } from '../../dicom/net/peer.ts'
import { sendInstances } from '../../dicom/net/scu.ts'
import { minutes, potassium } from '../integration/support/hospital.ts'
import { personItems } from '../integration/support/kill-items.ts'
import { drained, json, pause, type Site, site } from '../integration/support/kill-site.ts'
import { type ServeChild, serveChild } from '../integration/support/serve-child.ts'
import { type SmallDisk, smallDisk } from './small-disk.ts'

const MiB = 2 ** 20
const NOW = new Date('2026-03-01T12:00:00Z')

let place: Site
let disk: SmallDisk | undefined
let child: ServeChild
let lab: MllpClient

beforeAll(async () => {
  place = await site('cd'.repeat(32))
  disk = smallDisk(join(dirname(place.configFile), 'data'), 96 * MiB)
  if (!disk) return
  child = serveChild(place.configFile)
  const { feeds } = await child.up
  const { hostname: host, port } = new URL(feeds['hl7']!.replace('mllp:', 'http:'))
  lab = createMllpClient({ host, port: Number(port), timeoutMs: 30_000 })
}, 60_000)

afterAll(async () => {
  await lab?.close()
  child?.process.kill('SIGTERM')
  await child?.exited
  disk?.unmount()
  await place.close()
})

/** 40 KB each, so that a disk is full after few. */
const message = (n: number) =>
  potassium({
    controlId: `FD${n}`,
    at: minutes(NOW, n),
    filler: `F${n}`,
    value: '4.2',
    collectedAt: NOW,
    mrn: `D${n % 5}`,
    comment: 'x'.repeat(40_000)
  })

/** MSA-1 and ERR-3 or what came instead. */
const send = async (n: number): Promise<string> => {
  const answer = await lab.send(message(n))
  return answer.code
}

test('a full disk is answered by code on every way in, nothing acknowledged is lost, and space given back is enough', async () => {
  if (!disk) {
    console.warn('skipped: mounting a small file system needs root on Linux')
    return
  }
  const { http, feeds } = await child.up
  const acknowledged: number[] = []
  let n = 0
  for (; n < 20; n++) {
    expect(await send(n)).toBe('AA')
    acknowledged.push(n)
  }

  disk.fill(64 * 1024)
  const codes = new Set<string>()
  for (; n < 60; n++) {
    const code = await send(n)
    codes.add(code)
    if (code === 'AA') acknowledged.push(n)
  }
  disk.fill()
  expect(await send(n++)).toBe('AE')
  // AE, which a sender tries again; never AR, which it would give up for.
  expect([...codes].filter((code) => code !== 'AA')).toEqual(['AE'])
  const items = personItems('77', NOW)
  const dicom = items.find(({ kind }) => kind === 'dicom')!
  const rest = items.find(({ kind }) => kind === 'rest')!
  const [stored] = await sendInstances(
    parseDicomAddress(feeds['dicom']!.replace('dicom://', 'dicom://CART@')),
    [dicom.bytes],
    { timeoutMs: 30_000 }
  )
  // Out of resources: 0xA700 to 0xA7FF (PS3.4 table B.2-1).
  expect(stored!.status! & 0xff00).toBe(0xa700)
  const transaction = () =>
    fetch(`${http}/fhir/R4`, {
      method: 'POST',
      headers: { 'content-type': 'application/fhir+json' },
      body: Buffer.from(rest.bytes)
    })
  const refused = await transaction()
  expect(refused.status).toBe(503)
  expect(await refused.json()).toMatchObject({
    resourceType: 'OperationOutcome',
    issue: [{ details: { coding: [{ code: 'STORE_UNAVAILABLE' }] } }]
  })
  const dropped = await fetch(`${http}/inbound/drop`, {
    method: 'POST',
    headers: { 'content-type': 'x-application/hl7-v2+er7' },
    body: Buffer.from(message(n++))
  })
  expect(dropped.status).toBe(503)
  expect(child.process.exitCode).toBeNull()

  // Space again: no restart, no hand on it.
  disk.free()
  await until(async () => (await send(n++)) === 'AA' && acknowledged.push(n - 1) > 0)
  await until(async () => (await transaction()).status === 200)
  await drained(http, 60_000)
  for (const one of acknowledged) {
    const { messages } = await json<{ messages: { state: string }[] }>(`${http}/admin/messages/FD${one}`)
    expect(messages.map(({ state }) => state)).toEqual(['recorded'])
  }
}, 180_000)

async function until(check: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await check()); tries++) {
    if (tries > 200) throw new Error('the server did not recover')
    await pause(100)
  }
}
