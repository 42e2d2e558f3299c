import { readFileSync, rmSync, truncateSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { createMllpClient } from '../../adapters/transports/mllp/client.ts'
import { minutes, potassium } from '../integration/support/hospital.ts'
import { drained, json, type Site, site } from '../integration/support/kill-site.ts'
import { type ServeChild, serveChild } from '../integration/support/serve-child.ts'

/**
 * A disk that did not keep what it had confirmed: no software can have the bytes then, but it can say so. See ADR 024.
 */
const NOW = new Date('2026-03-01T12:00:00Z')
let place: Site
let child: ServeChild
beforeEach(async () => {
  place = await site('ef'.repeat(32))
  child = serveChild(place.configFile)
}, 60_000)
afterEach(async () => {
  child.process.kill('SIGTERM')
  await child.exited
  await place.close()
})

const fileOf = (name: string) => join(dirname(place.configFile), 'data', name)

async function sendAll(count: number): Promise<void> {
  const { http, feeds } = await child.up
  const { hostname: host, port } = new URL(feeds['hl7']!.replace('mllp:', 'http:'))
  const client = createMllpClient({ host, port: Number(port), timeoutMs: 20_000 })
  for (let n = 0; n < count; n++) {
    const { code } = await client.send(
      potassium({
        controlId: `TA${n}`,
        at: minutes(NOW, n),
        filler: `F${n}`,
        value: '4.2',
        collectedAt: NOW,
        mrn: `P${n % 4}`
      })
    )
    expect(code).toBe('AA')
  }
  await client.close()
  await drained(http, 60_000)
}

/** Ends the server as a power cut, damages its files, starts it again. */
async function afterPowerCut(damage: () => void): Promise<string> {
  child.process.kill('SIGKILL')
  await child.exited
  damage()
  child = serveChild(place.configFile)
  const { http } = await child.up
  await drained(http, 60_000)
  return http
}

const storyOf = async (http: string, id: string) =>
  (
    await json<{ messages: { state: string; error?: { code: string } }[] }>(`${http}/admin/messages/${id}`)
  ).messages.map(({ state, error }) => `${state} ${error?.code ?? ''}`.trim())

test('half of what the store had committed is gone: the log still has it, it is recorded again, and the server says so', async () => {
  await sendAll(24)
  const wal = fileOf('store/fhir.sqlite-wal')
  const http = await afterPowerCut(() => {
    const bytes = readFileSync(wal).length
    truncateSync(wal, Math.floor(bytes / 2))
    rmSync(fileOf('store/fhir.sqlite-shm'), { force: true })
  })
  expect(child.errors()).toContain('"STORE_TORN"')
  const observations = await json<{ total?: number; entry?: unknown[] }>(
    `${http}/fhir/R4/Observation?code=http://loinc.org|2823-3&_count=200`
  )
  expect(observations.entry).toHaveLength(24)
  for (let n = 0; n < 24; n++) expect(await storyOf(http, `TA${n}`)).toEqual(['recorded'])
}, 120_000)

test('a message is gone from the log that the store knows as received: it is parked for a person, with the code', async () => {
  await sendAll(4)
  const http = await afterPowerCut(() => {
    // As if the kill had come between the acknowledgement and the record step, and the disk had lost the append.
    const store = new Database(fileOf('store/fhir.sqlite'))
    const { id } = store.prepare('SELECT id FROM messages WHERE correlation LIKE \'%"TA3"%\'').get() as { id: string }
    store.prepare("UPDATE messages SET state = 'received', settled_at = NULL WHERE id = ?").run(id)
    store.close()
    const log = new Database(fileOf('bus.sqlite'))
    log.prepare('DELETE FROM records WHERE envelope_id = ?').run(id)
    log.close()
  })
  expect(child.errors()).toContain('"LOG_TORN"')
  expect(await storyOf(http, 'TA3')).toEqual(['parked LOG_TORN'])
  expect(await storyOf(http, 'TA2')).toEqual(['recorded'])
}, 120_000)
