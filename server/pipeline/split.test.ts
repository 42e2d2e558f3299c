import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DecodedPart } from '../../core/decoded.ts'
import type { BusHandler, BusMessage } from '../../core/event-bus.ts'
import { silentLogger } from '../../core/log.ts'
import { manualScheduler } from '../bus/scheduler.ts'
import { createSqliteStore, type SqliteStore } from '../store/index.ts'
import { type AssemblyContext, createAssembly } from './assembly.ts'
import { createTimers } from './timers.ts'

/** Parts of the pipeline as they stand in two processes on one store. */
let dir: string
let store: SqliteStore
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'split-'))
  store = createSqliteStore({ dir })
  await store.start()
})
afterEach(async () => {
  await store.stop()
  await rm(dir, { recursive: true })
})

let now = 1000
const clock = { now: () => new Date(now) }
const turn = () => new Promise((resolve) => setTimeout(resolve, 5))
async function until(look: () => boolean): Promise<void> {
  while (!look()) await turn()
}

function timersOf(appended: BusMessage[], scheduler = manualScheduler()) {
  return createTimers({
    sql: store.sql,
    clock,
    scheduler,
    log: silentLogger,
    coordination: store.coordination,
    bus: {
      async append(_topic, messages) {
        appended.push(...messages)
        return messages.map(() => ({ partition: 0, offset: 0 }))
      }
    }
  })
}
const message = (key: string): BusMessage => ({ key, value: new Uint8Array(0), headers: {} })

test('a timer set in one process is fired by the one that leads, at once when it is due, and by nobody else', async () => {
  const [ofSetter, ofLeader]: BusMessage[][] = [[], []]
  const [setter, leader] = [timersOf(ofSetter!), timersOf(ofLeader!)]
  await setter.define()
  await leader.start()
  await setter.at('k', new Date(now), 'topic', message('k'))
  await until(() => ofLeader!.length === 1)
  // The row goes after the append.
  while (await setter.has('k')) await turn()
  expect(ofSetter).toEqual([])
  await leader.stop()
})

test('a timer whose announcement was lost is found when the leader looks again', async () => {
  const appended: BusMessage[] = []
  const scheduler = manualScheduler()
  const leader = timersOf(appended, scheduler)
  await leader.start()
  await until(() => scheduler.pending() > 0)
  const unheard = createTimers({
    sql: store.sql,
    clock,
    log: silentLogger,
    coordination: { announce: () => undefined, listen: () => () => undefined },
    bus: { append: async () => [] }
  })
  await unheard.at('k', new Date(now), 'topic', message('k'))
  expect(appended).toEqual([])
  scheduler.advance(15_000)
  await until(() => appended.length === 1)
  await leader.stop()
})

test('a place that was lost and is led again fires what was set meanwhile', async () => {
  const appended: BusMessage[] = []
  const timers = timersOf(appended)
  await timers.start()
  await timers.stop()
  await timers.at('k', new Date(now), 'topic', message('k'))
  await turn()
  expect(appended).toEqual([])
  await timers.start()
  await until(() => appended.length === 1)
  await timers.stop()
})

/** The assembly of one process; `fire` is its consumer of timers. */
async function assemblyOf(emitted: string[][]) {
  let fire: BusHandler = async () => undefined
  const timers = timersOf([])
  await timers.define()
  const assembly = createAssembly({
    sql: store.sql,
    bus: {
      async subscribe(_topic, _group, handler) {
        fire = handler
        return { async stop() {} }
      }
    },
    timers,
    lock: store.lock,
    story: { linked: async () => undefined },
    clock,
    order: (frames) => frames.sort((a, b) => (a.sopInstanceUid < b.sopInstanceUid ? -1 : 1)),
    async recordSeries({ frames }) {
      emitted.push(frames.map(({ sopInstanceUid }) => sopInstanceUid))
      await turn()
      return { resources: [] }
    }
  })
  await assembly.start()
  return { assembly, timers, fire: () => fire({ ...message('a'), topic: '', partition: 0, offset: 0, timestamp: 0 }) }
}
const part = (n: number, expected?: number): DecodedPart =>
  ({
    assembly: 'a',
    part: String(n),
    series: { synthetic: false } as DecodedPart['series'],
    frames: [{ sopInstanceUid: String(n) }],
    timeoutMs: 100,
    ...(expected === undefined ? {} : { expected })
  }) as DecodedPart
const context = { envelope: { id: 'E' } } as AssemblyContext

test('the parts of one series that come to two processes at once make it whole once', async () => {
  const emitted: string[][] = []
  const [one, two] = [await assemblyOf(emitted), await assemblyOf(emitted)]
  await Promise.all([1, 2, 3, 4, 5, 6].map((n) => (n % 2 ? one : two).assembly.add(part(n, 6), 'sha', context)))
  expect(emitted).toEqual([['1', '2', '3', '4', '5', '6']])
})

test('a late part in a process that set the timer, while another one fired it, sets a timer again', async () => {
  const emitted: string[][] = []
  const [one, two] = [await assemblyOf(emitted), await assemblyOf(emitted)]
  await one.assembly.add(part(1), 'sha', context)
  expect(await one.timers.has('assembly:a')).toBe(true)
  // The leader of the timers, a third process, took the row and put the message on the bus; two handles it.
  await one.timers.cancel('assembly:a')
  now += 1000
  await two.fire()
  expect(emitted).toEqual([['1']])
  await one.assembly.add(part(2), 'sha', context)
  expect(await one.timers.has('assembly:a')).toBe(true)
  now += 1000
  await one.fire()
  expect(emitted).toEqual([['1'], ['1', '2']])
})
