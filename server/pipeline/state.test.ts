import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { manualScheduler } from '../bus/scheduler.ts'
import { storeOf } from '../store/fixtures/store-of.ts'
import type { ServerStore } from '../store/server-store.ts'
import { createPipelineState } from './state.ts'

const DAY_MS = 24 * 60 * 60 * 1000
let dir: string
let store: ServerStore
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'state-'))
  store = storeOf({ dir })
  await store.start()
})
afterEach(async () => {
  await store.stop()
  await rm(dir, { recursive: true })
})

test('forgets receipts after seven days and ended stories after ninety, never what waits or is parked', async () => {
  let now = Date.parse('2026-01-01T00:00:00Z')
  const clock = { now: () => new Date(now) }
  const first = createPipelineState({ sql: store.sql, clock, scheduler: manualScheduler() })
  await first.start()
  const key = { scope: 's', body: 'b', named: true }
  first.receipts.remember(key, 'E1')
  const envelope = (id: string) => ({
    id,
    feed: 'lab',
    family: 'hl7v2' as const,
    kind: 'ORU^R01',
    mediaType: 'application/hl7-v2',
    receivedAt: clock.now().toISOString(),
    correlation: {}
  })
  const settledAt = clock.now().toISOString()
  await store.sql.write([
    first.story.received(envelope('waiting'), {}),
    ...first.story.settled(envelope('done'), { state: 'recorded' }, { settledAt }),
    ...first.story.settled(envelope('stuck'), { state: 'parked' }, { settledAt })
  ])
  await first.stop()

  const restart = async () => {
    const state = createPipelineState({ sql: store.sql, clock, scheduler: manualScheduler() })
    await state.start()
    await state.housekeeping.start()
    const found = [
      (await state.receipts.find(key)).kind,
      (await state.story.recent(10)).map(({ envelopeId }) => envelopeId)
    ]
    await state.housekeeping.stop()
    await state.stop()
    return found
  }
  now += 7 * DAY_MS - 1
  expect(await restart()).toEqual(['identical', ['waiting', 'stuck', 'done']])
  now += 2
  expect(await restart()).toEqual(['new', ['waiting', 'stuck', 'done']])
  now += 90 * DAY_MS
  expect(await restart()).toEqual(['new', ['waiting', 'stuck']])
})
