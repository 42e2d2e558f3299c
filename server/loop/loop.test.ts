import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BusMessage, BusRecord } from '../../core/event-bus.ts'
import { silentLogger } from '../../core/log.ts'
import { TIMER_KIND } from '../../core/timers.ts'
import { loop as loopSection } from '../config/sections/loop.ts'
import { storeOf } from '../store/fixtures/store-of.ts'
import type { ServerStore } from '../store/server-store.ts'
import { createLoop, nextCheck } from './loop.ts'

let dir: string
let store: ServerStore
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'loop-part-'))
  store = storeOf({ dir })
  await store.start()
}, 60_000)
afterAll(async () => {
  await store.stop()
  rmSync(dir, { recursive: true, force: true })
})

test.each([
  ['2026-03-04T12:00:00.000Z', '2026-03-09T04:00:00.000Z'],
  ['2026-03-09T03:59:59.999Z', '2026-03-09T04:00:00.000Z'],
  ['2026-03-09T04:00:00.000Z', '2026-03-16T04:00:00.000Z']
])('the look after %s is on Monday %s', (now, next) => {
  expect(nextCheck(new Date(now)).toISOString()).toBe(next)
})

test('sets one timer, looks when it rings, sets the next, and leaves the timers of others alone', async () => {
  const handlers = new Map<string, (record: BusRecord) => Promise<void>>()
  const set: string[] = []
  let now = '2026-03-04T12:00:00.000Z'
  const loop = createLoop({
    bus: {
      subscribe: (topic, _group, handler) => {
        handlers.set(topic, handler)
        return Promise.resolve({ stop: () => Promise.resolve() } as never)
      }
    },
    store,
    sources: [],
    reader: () => ({}) as never,
    timers: {
      has: (key) => Promise.resolve(set.length > 0 && key === 'loop|check'),
      at: (key, time, topic) => {
        set.push(`${key} ${time.toISOString()} ${topic}`)
        return Promise.resolve()
      },
      cancel: () => Promise.resolve()
    },
    clock: { now: () => new Date(now) },
    log: silentLogger,
    config: loopSection.defaults,
    fallbackOwner: 'nobody',
    modelPlaces: { shippedRoot: dir, siteRoot: join(dir, 'site') }
  })
  await loop.define()
  await loop.start()
  expect([...handlers.keys()].sort()).toEqual(['events.recorded', 'events.resulted'])
  expect(set).toEqual(['loop|check 2026-03-09T04:00:00.000Z events.resulted'])
  now = '2026-03-09T04:00:01.000Z'
  const ring = (value: string): Promise<void> => {
    const message: BusMessage = { key: 'loop', value: Buffer.from(value), headers: { kind: TIMER_KIND } }
    return handlers.get('events.resulted')!(message as BusRecord)
  }
  await ring(JSON.stringify({ task: 'somebody else' }))
  await ring('an order of somebody')
  expect(set).toHaveLength(1)
  expect(loop.snapshot.checked()).toBeUndefined()
  await ring(JSON.stringify({ loop: 'check' }))
  expect(loop.snapshot.checked()).toEqual({ at: now, sources: [] })
  expect(set.at(-1)).toBe('loop|check 2026-03-16T04:00:00.000Z events.resulted')
  await loop.stop()
})
