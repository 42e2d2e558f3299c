import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Observation } from '@medplum/fhirtypes'
import { createMllpClient } from '../../adapters/transports/mllp/client.ts'
import { LiveDevice } from '../support/live-device.ts'
import { type HeldBy, helloOf, known, leadOne, RATE_HZ } from './support/handheld.ts'
import { type ServeChild, serveChild } from './support/serve-child.ts'

/** kill -9 behind the word 'accepted': the strip is there after the start, once; the device goes on at its own sample. */
const ADA: HeldBy = { mrn: 'H1', family: 'Sim', given: 'Ada', birthDate: '19480504', sex: 'F' }
const WAIT_MS = 60_000
let dir: string
let child: ServeChild

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'hb-live-crash-'))
  const feed = { defaultAuthority: 'HOSP', zone: 'UTC', codeMap: {} }
  const live = { transport: 'websocket-ecg', options: { maxSpeed: 100, windowSeconds: 30 } }
  const config = {
    dataDir: join(dir, 'data'),
    http: { port: 0 },
    feeds: [
      { name: 'hl7', transport: 'mllp', options: { port: 0 }, ...feed },
      { name: 'live', ...live, ...feed }
    ],
    modules: { 'pocket-k': { mode: 'shadow', policy: {} }, ecgomics: { mode: 'off', policy: {} } },
    log: { level: 'error' }
  }
  writeFileSync(join(dir, 'config.json'), JSON.stringify(config))
})
afterAll(async () => {
  child.process.kill()
  await child.exited
  rmSync(dir, { recursive: true, force: true })
})

const start = async (env: Record<string, string> = {}) => {
  child = serveChild(join(dir, 'config.json'), env)
  return child.up
}

async function until<T>(look: () => Promise<T | undefined | false>): Promise<T> {
  const deadline = performance.now() + WAIT_MS
  for (;;) {
    const found = await look()
    if (found) return found
    if (performance.now() > deadline) throw new Error(`waited in vain: ${child.errors()}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

const search = async <T>(http: string, query: string): Promise<T[]> => {
  const bundle = (await (await fetch(`${http}/fhir/R4/${query}`)).json()) as { entry?: { resource: T }[] }
  return (bundle.entry ?? []).map(({ resource }) => resource)
}

test('an accepted strip survives kill -9, and its device goes on', async () => {
  const first = await start()
  const { hostname: host, port } = new URL(first.feeds['hl7']!.replace('mllp:', 'http:'))
  const adt = createMllpClient({ host, port: Number(port), timeoutMs: WAIT_MS })
  expect((await adt.send(known(ADA, new Date()))).code).toBe('AA')
  await adt.close()
  await until(async () => (await search(first.http, 'Patient?identifier=H1')).length > 0)
  const device = new LiveDevice(first.http, { patienceMs: WAIT_MS })
  const { session } = await device.hello(helloOf(ADA))
  await device.send(leadOne(10))
  const { envelope } = await device.told('strip', ({ state }) => state === 'accepted')
  child.process.kill('SIGKILL')
  await child.exited
  expect((await device.ended()).code).toBe(1006)

  const second = await start()
  const ecgs = await until(async () => {
    const found = await search<Observation>(second.http, 'Observation?code=http://loinc.org|11524-6')
    return found.length > 0 && found
  })
  expect(ecgs.map(({ meta }) => meta?.source)).toEqual([`urn:hisbundle:envelope:${envelope}`])
  const again = new LiveDevice(second.http, { patienceMs: WAIT_MS })
  const next = 10 * RATE_HZ
  expect(await again.hello(helloOf(ADA, { resume: { session, next } }))).toMatchObject({ resumed: false, next })
  await again.send(leadOne(10, { seed: 2 }))
  await again.told('strip', ({ state, from }) => state === 'recorded' && from === next)
  expect(await search(second.http, 'Observation?code=http://loinc.org|11524-6')).toHaveLength(2)
  again.cut()
}, 240_000)
