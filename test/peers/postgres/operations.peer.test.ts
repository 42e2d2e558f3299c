import { readdirSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import type { RetentionReport } from '../../../server/operations/retention.ts'
import { admission, ecgMessage, minutes, potassium } from '../../integration/support/hospital.ts'
import { sender } from '../../integration/support/hospital-world.ts'
import { quiet } from '../../integration/support/quiet.ts'
import { parseMetrics } from '../../support/prometheus.ts'
import { buildWorld, type World } from '../../support/world.ts'
import { type PostgresCluster, startPostgres } from './cluster.ts'

/** What an operator asks of a server whose store is PostgreSQL: the same pages, the same care for blobs. */
const now = new Date(Math.floor(Date.now() / 1000) * 1000)
const person = { mrn: 'O1', family: 'Sim', birthDate: '19500301', sex: 'F', at: now }
let cluster: PostgresCluster
let world: World
beforeAll(async () => {
  cluster = await startPostgres()
  world = await buildWorld({ mode: 'shadow', config: { store: { kind: 'postgres', url: cluster.url } } })
  const client = sender(world)
  await client.send(admission({ controlId: 'O1', visit: 'VO', admittedAt: now, ...person }))
  await client.send(
    ecgMessage({ controlId: 'O2', filler: 'EO', acquiredAt: minutes(now, -2), latent: 4, seed: 3, ...person })
  )
  await client.send(
    ecgMessage({ controlId: 'O3', filler: 'EP', acquiredAt: minutes(now, -30), latent: 4, seed: 4, ...person })
  )
  const stranger = { ...person, birthDate: '19501231' }
  await client.send(potassium({ controlId: 'O4', filler: 'FO', value: '4.0', collectedAt: now, ...stranger }))
  await client.close()
  await quiet(world.app)
})
afterAll(async () => {
  await world.stop()
  await cluster.stop()
})

test('every depth, age and count that the store knows stands on the metrics page', async () => {
  const values = parseMetrics(await (await fetch(`${world.http}/metrics`)).text())
  expect(Object.fromEntries(values)).toMatchObject({
    'hisbundle_parked{code="PATIENT_MISMATCH",family="hl7v2",feed="hl7"}': 1,
    hisbundle_unsettled: 0,
    hisbundle_timers_overdue_seconds: 0,
    'hisbundle_outbox{destination="subscriptions",state="waiting"}': 0,
    'hisbundle_outbox_oldest_seconds{destination="subscriptions"}': 0,
    'hisbundle_subscriptions{status="active"}': 0,
    'hisbundle_lag{group="ingest",topic="inbound.hl7v2"}': 0,
    'hisbundle_messages_ended_total{code="",family="hl7v2",feed="hl7",state="recorded"}': 3,
    hisbundle_ready: 1
  })
  expect(values.get('hisbundle_commits_total{part="store"}')).toBeGreaterThan(0)
})

test('a jump of a source opens its task', async () => {
  expect(await world.search('Task?code=worklist-clock')).toHaveLength(1)
})

test('retention walks store and blobs, takes what nothing names and leaves the waveforms', async () => {
  const stray = await world.app.blobs.put(Buffer.from('named by nobody'))
  const then = new Date(Date.now() - 3 * 24 * 60 * 60_000)
  for (const entry of readdirSync(join(world.dataDir, 'blobs'), { recursive: true, withFileTypes: true }))
    if (entry.isFile()) utimesSync(join(entry.parentPath, entry.name), then, then)
  const retention = (dryRun: boolean) => world.admin<RetentionReport>('/admin/retention', { dryRun })
  expect(await retention(true)).toMatchObject({ delivered: 0, stories: 0, receipts: 0, blobs: { blobs: 3, count: 1 } })
  expect(await retention(false)).toMatchObject({ blobs: { blobs: 3, count: 1 } })
  expect(await world.app.blobs.has(stray.sha256)).toBe(false)
  expect((await retention(true)).blobs).toMatchObject({ blobs: 2, count: 0 })
})
