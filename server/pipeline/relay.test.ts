import type { Cause, ChangeEvent } from '../../core/changes.ts'
import { AppError } from '../../core/errors/app-error.ts'
import type { BusMessage } from '../../core/event-bus.ts'
import { silentLogger } from '../../core/log.ts'
import { manualScheduler } from '../bus/scheduler.ts'
import { createRelay, toChangeEvent } from './relay.ts'

const change = (n: number, kind: Cause['kind'], patientId?: string): ChangeEvent => ({
  eventId: `Basic/${n}/_history/1`,
  resourceType: 'Basic',
  id: String(n),
  versionId: '1',
  ...(patientId ? { patientId } : {}),
  interaction: 'create',
  cause: { kind },
  at: '2026-01-01T00:00:00Z'
})

/** The change rows of a store and the topics of a bus, with a say in when they fail. */
function build(events: ChangeEvent[] = []) {
  let seq = 0
  const rows = events.map((event) => ({ seq: ++seq, event }))
  const listeners = new Set<() => void>()
  const topics: Record<string, BusMessage[]> = { 'events.recorded': [], 'events.resulted': [] }
  const fail = { append: false, drop: false }
  const scheduler = manualScheduler()
  const relay = createRelay({
    log: silentLogger,
    scheduler,
    store: {
      takeChanges: async (limit) => rows.slice(0, limit),
      async dropChanges(upTo) {
        if (fail.drop) throw new AppError('STORE_UNAVAILABLE')
        rows.splice(0, rows.filter((row) => row.seq <= upTo).length)
      },
      onCommit(listener) {
        listeners.add(listener)
        return () => listeners.delete(listener)
      }
    },
    bus: {
      async append(topic, messages) {
        if (fail.append) throw new AppError('BUS_UNAVAILABLE')
        topics[topic]!.push(...messages)
        return messages.map((_, offset) => ({ partition: 0, offset }))
      }
    }
  })
  return {
    relay,
    rows,
    fail,
    scheduler,
    listeners,
    commit(event: ChangeEvent): void {
      rows.push({ seq: ++seq, event })
      for (const listener of listeners) listener()
    },
    ids: (topic: string) => topics[topic]!.map(({ headers }) => headers['event-id']),
    topics
  }
}

test('puts each change on the topic of its cause, in commit order, keyed by patient, then drops the rows', async () => {
  const kinds: Cause['kind'][] = ['rest', 'result', 'ingest', 'alert', 'admin', 'delivery']
  const { relay, rows, ids, topics } = build(kinds.map((kind, n) => change(n, kind, n === 0 ? undefined : 'p1')))
  await relay.start()
  await relay.stop()
  const idsOf = (...numbers: number[]) => numbers.map((n) => `Basic/${n}/_history/1`)
  expect(ids('events.recorded')).toEqual(idsOf(0, 2, 4))
  expect(ids('events.resulted')).toEqual(idsOf(1, 3, 5))
  expect(topics['events.recorded']!.map(({ key }) => key)).toEqual(['Basic/0', 'p1', 'p1'])
  expect(toChangeEvent(topics['events.resulted']![0]!.value)).toEqual(change(1, 'result', 'p1'))
  expect(rows).toEqual([])
})

test('relays many pages, and what is committed while it works', async () => {
  const world = build(Array.from({ length: 1203 }, (_, n) => change(n, 'ingest')))
  const started = world.relay.start()
  world.commit(change(1203, 'ingest'))
  await started
  await world.relay.stop()
  expect(world.ids('events.recorded')).toEqual(Array.from({ length: 1204 }, (_, n) => `Basic/${n}/_history/1`))
  expect(world.rows).toEqual([])
})

test('is woken by a commit', async () => {
  const { relay, commit, ids, listeners } = build()
  await relay.start()
  commit(change(1, 'rest'))
  await relay.stop()
  expect(ids('events.recorded')).toEqual(['Basic/1/_history/1'])
  expect(listeners.size).toBe(0)
})

test('keeps the rows while the bus refuses, and loses none', async () => {
  const { relay, fail, rows, scheduler, ids } = build([change(1, 'rest')])
  fail.append = true
  await relay.start()
  expect([rows.length, ids('events.recorded')]).toEqual([1, []])
  fail.append = false
  scheduler.advance(100)
  await relay.stop()
  expect([rows.length, ids('events.recorded')]).toEqual([0, ['Basic/1/_history/1']])
})

test('a crash between append and delete brings the same event ids again', async () => {
  const { relay, fail, rows, ids } = build([change(1, 'rest')])
  fail.drop = true
  await relay.start()
  await relay.stop()
  const after = build(rows.map(({ event }) => event))
  await after.relay.start()
  await after.relay.stop()
  expect(after.ids('events.recorded')).toEqual(ids('events.recorded'))
})

test('does not wait for the deletion of one change to relay the next, nor relays one twice meanwhile', async () => {
  const { relay, rows, commit, ids, scheduler } = build()
  await relay.start()
  commit(change(1, 'rest'))
  commit(change(2, 'rest'))
  await new Promise(setImmediate)
  commit(change(3, 'rest'))
  await new Promise(setImmediate)
  const all = [1, 2, 3].map((n) => `Basic/${n}/_history/1`)
  expect([rows.length, ids('events.recorded')]).toEqual([3, all])
  scheduler.advance(20)
  await new Promise(setImmediate)
  expect([rows.length, ids('events.recorded')]).toEqual([0, all])
  await relay.stop()
})

test('tries a refused deletion again, and relays nothing twice for it', async () => {
  const { relay, fail, rows, ids, scheduler } = build([change(1, 'rest')])
  fail.drop = true
  await relay.start()
  scheduler.advance(20)
  await new Promise(setImmediate)
  expect(rows).toHaveLength(1)
  fail.drop = false
  scheduler.advance(20)
  await new Promise(setImmediate)
  expect([rows.length, ids('events.recorded')]).toEqual([0, ['Basic/1/_history/1']])
  await relay.stop()
})
