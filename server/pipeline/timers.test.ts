import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AppError } from '../../core/errors/app-error.ts'
import type { BusMessage } from '../../core/event-bus.ts'
import { silentLogger } from '../../core/log.ts'
import type { Sql } from '../../core/sql.ts'
import { manualScheduler } from '../bus/scheduler.ts'
import { storeOf } from '../store/fixtures/store-of.ts'
import type { ServerStore } from '../store/server-store.ts'
import { createTimers } from './timers.ts'

let dir: string
let store: ServerStore
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'timers-'))
  store = storeOf({ dir })
  await store.start()
})
afterEach(async () => {
  await store.stop()
  await rm(dir, { recursive: true })
})

/** Timers on a clock that the test moves, and the keys they appended. */
function build({ sql = store.sql, now = 1000 }: { sql?: Sql; now?: number } = {}) {
  const scheduler = manualScheduler()
  const appended: { topic: string; message: BusMessage }[] = []
  const failing = { bus: false }
  let arrived = (): void => {}
  const timers = createTimers({
    sql,
    clock: { now: () => new Date(now) },
    scheduler,
    log: silentLogger,
    bus: {
      async append(topic, messages) {
        arrived()
        if (failing.bus) throw new AppError('BUS_UNAVAILABLE')
        appended.push(...messages.map((message) => ({ topic, message })))
        return messages.map(() => ({ partition: 0, offset: 0 }))
      }
    }
  })
  return {
    timers,
    appended,
    failing,
    keys: () => appended.map(({ message }) => message.headers['timer-key']),
    /** Moves clock and scheduler. */
    advance(ms: number): void {
      now += ms
      scheduler.advance(ms)
    },
    nextAppend: () =>
      new Promise<void>((resolve) => {
        arrived = resolve
      }),
    /** The wait for the next timer is set. */
    async armed(): Promise<void> {
      while (scheduler.pending() === 0) await new Promise((r) => setImmediate(r))
    },
    /** Lets the round under way end and the next wait be set. */
    async settle(): Promise<void> {
      const before = scheduler.pending()
      for (let i = 0; i < 200 && scheduler.pending() === before; i++) await new Promise((r) => setImmediate(r))
    }
  }
}

const message: BusMessage = { key: 'k', value: Buffer.from('v'), headers: { about: 'order' } }
const left = async (): Promise<number> => (await store.sql.all('SELECT key FROM timers')).length

test('appends the message at its time, with the timer key and kind, and forgets the timer', async () => {
  const { timers, advance, armed, nextAppend, appended } = build()
  await timers.start()
  await timers.at('order:1', new Date(1500), 'topic', message)
  await armed()
  advance(499)
  expect(appended).toEqual([])
  const fired = nextAppend()
  advance(1)
  await fired
  await timers.stop()
  expect(appended).toMatchObject([
    {
      topic: 'topic',
      message: { key: 'k', headers: { about: 'order', kind: 'hisbundle/timer', 'timer-key': 'order:1' } }
    }
  ])
  expect(Buffer.from(appended[0]!.message.value).toString()).toBe('v')
  expect(await left()).toBe(0)
})

test('fires at the start what fell due while the server was down, in the order of its time', async () => {
  const before = build()
  await before.timers.start()
  await before.timers.at('b', new Date(3000), 'topic', message)
  await before.timers.at('a', new Date(2000), 'topic', message)
  await before.timers.at('later', new Date(99_000), 'topic', message)
  await before.timers.stop()
  const after = build({ now: 10_000 })
  await after.timers.start()
  await after.timers.stop()
  expect([before.keys(), after.keys()]).toEqual([[], ['a', 'b']])
  expect(await left()).toBe(1)
})

test('set again it moves, cancelled it never fires', async () => {
  const { timers, keys } = build({ now: 1000 })
  await timers.start()
  await timers.at('moved', new Date(2000), 'topic', message)
  await timers.at('moved', new Date(9000), 'topic', message)
  await timers.at('gone', new Date(2000), 'topic', message)
  await timers.cancel('gone')
  await timers.stop()
  const after = build({ now: 5000 })
  await after.timers.start()
  await after.timers.stop()
  expect([keys(), after.keys(), await left()]).toEqual([[], [], 1])
})

test('stays while the bus refuses, and fires when it takes again', async () => {
  const { timers, advance, nextAppend, failing, keys, settle } = build()
  failing.bus = true
  await timers.start()
  const tried = nextAppend()
  await timers.at('order:1', new Date(1000), 'topic', message)
  await tried
  await settle()
  expect(await left()).toBe(1)
  failing.bus = false
  const fired = nextAppend()
  advance(1000)
  await fired
  await timers.stop()
  expect([keys(), await left()]).toEqual([['order:1'], 0])
})

test('a crash between append and delete fires it again under the same key', async () => {
  const crashing: Sql = {
    ...store.sql,
    async write(statements) {
      if (statements.some(({ sql }) => sql.startsWith('DELETE'))) throw new AppError('STORE_UNAVAILABLE')
      return store.sql.write(statements)
    }
  }
  const before = build({ sql: crashing })
  await before.timers.start()
  const fired = before.nextAppend()
  await before.timers.at('order:1', new Date(1000), 'topic', message)
  await fired
  await before.timers.stop()
  const after = build({ now: 2000 })
  await after.timers.start()
  await after.timers.stop()
  expect([before.keys(), after.keys(), await left()]).toEqual([['order:1'], ['order:1'], 0])
})
