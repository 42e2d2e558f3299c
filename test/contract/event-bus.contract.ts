import { AppError } from '../../core/errors/app-error.ts'
import type { BusMessage, BusRecord, EventBus, ParkedRecord } from '../../core/event-bus.ts'

/** A started bus and how to begin anew on the same data. */
export interface BusUnderTest {
  bus: EventBus
  /** Stops the bus and starts another on the same data. */
  reopen(): Promise<EventBus>
  dispose(): Promise<void>
}

const message = (key: string, text: string, headers: Record<string, string> = {}): BusMessage => ({
  key,
  value: Buffer.from(text),
  headers
})
const textOf = (record: BusRecord): string => Buffer.from(record.value).toString()

/** Collects records and lets a test wait for the n-th. */
function collector() {
  const records: BusRecord[] = []
  const waiting: { count: number; resolve(): void }[] = []
  return {
    records,
    texts: () => records.map(textOf),
    take(record: BusRecord): void {
      records.push(record)
      for (const { count, resolve } of waiting) if (records.length >= count) resolve()
    },
    until: (count: number): Promise<void> =>
      records.length >= count ? Promise.resolve() : new Promise((resolve) => waiting.push({ count, resolve }))
  }
}

/**
 * What every EventBus does, as Kafka knows it. `open` gives a bus on empty data, its topics with `partitions` partitions
 * when they are first used.
 */
export function eventBusContract(name: string, open: (partitions: number) => Promise<BusUnderTest>): void {
  describe(`EventBus contract: ${name}`, () => {
    let under: BusUnderTest
    const start = async (partitions = 4): Promise<EventBus> => {
      under = await open(partitions)
      return under.bus
    }
    afterEach(() => under.dispose())

    test('gives key, value, headers and time back as they were appended', async () => {
      const bus = await start()
      const seen = collector()
      const before = Date.now()
      const [placed] = await bus.append('t', [
        message('HOSP|1', 'body \u0000\u00e9', { feed: 'lab', 'envelope-id': 'E1' })
      ])
      await bus.subscribe('t', 'g', async (record) => seen.take(record))
      await seen.until(1)
      const [record] = seen.records
      expect(record).toMatchObject({
        topic: 't',
        ...placed,
        key: 'HOSP|1',
        headers: { feed: 'lab', 'envelope-id': 'E1' }
      })
      expect(textOf(record!)).toBe('body \u0000\u00e9')
      expect(record!.timestamp).toBeGreaterThanOrEqual(before - 1000)
    })

    test('places one key in one partition, with offsets that rise by one', async () => {
      const bus = await start()
      const placed = await bus.append(
        't',
        [1, 2, 3].map((n) => message('same', String(n)))
      )
      expect(new Set(placed.map(({ partition }) => partition)).size).toBe(1)
      expect(placed.map(({ offset }) => offset)).toEqual([0, 1, 2])
      const later = await bus.append('t', [message('same', '4')])
      expect(later).toEqual([{ partition: placed[0]!.partition, offset: 3 }])
    })

    test('keeps the order of append calls that were not awaited', async () => {
      const bus = await start()
      const seen = collector()
      const sent = Array.from({ length: 200 }, (_, n) => bus.append('t', [message('k', String(n))]))
      await Promise.all(sent)
      await bus.subscribe('t', 'g', async (record) => seen.take(record))
      await seen.until(200)
      expect(seen.texts()).toEqual(Array.from({ length: 200 }, (_, n) => String(n)))
    })

    test('handles one key in order, the next only after the one before has ended', async () => {
      const bus = await start()
      const seen = collector()
      let inside = 0
      let most = 0
      await bus.subscribe('t', 'g', async (record) => {
        inside += 1
        most = Math.max(most, inside)
        await new Promise((resolve) => setImmediate(resolve))
        inside -= 1
        seen.take(record)
      })
      await bus.append(
        't',
        Array.from({ length: 50 }, (_, n) => message('k', String(n)))
      )
      await seen.until(50)
      expect(most).toBe(1)
      expect(seen.texts()).toEqual(Array.from({ length: 50 }, (_, n) => String(n)))
    })

    test('handles partitions side by side, so that a slow one holds no other up', async () => {
      const bus = await start(8)
      const seen = collector()
      let release = (): void => {}
      const held = new Promise<void>((resolve) => {
        release = resolve
      })
      const keys = await keysOfTwoPartitions(bus)
      await bus.subscribe('t', 'g', async (record) => {
        if (record.key === keys.slow) await held
        seen.take(record)
      })
      await bus.append('t', [message(keys.slow, 'slow'), message(keys.fast, 'fast 1'), message(keys.fast, 'fast 2')])
      await seen.until(2)
      expect(seen.texts()).toEqual(['fast 1', 'fast 2'])
      release()
      await seen.until(3)
    })

    test('gives every group all records, and a group that begins at the end only what comes then', async () => {
      const bus = await start()
      const [a, b, late] = [collector(), collector(), collector()]
      await bus.append('t', [message('k', 'old')])
      await bus.subscribe('t', 'a', async (record) => a.take(record))
      await bus.subscribe('t', 'b', async (record) => b.take(record))
      await bus.subscribe('t', 'late', async (record) => late.take(record), { fromEnd: true })
      await bus.append('t', [message('k', 'new')])
      await Promise.all([a.until(2), b.until(2), late.until(1)])
      expect([a.texts(), b.texts(), late.texts()]).toEqual([['old', 'new'], ['old', 'new'], ['new']])
    })

    test('goes on after a restart where the group stopped, with nothing lost', async () => {
      const bus = await start()
      const first = collector()
      await bus.append('t', [message('k', '1'), message('k', '2')])
      await bus.subscribe('t', 'g', async (record) => first.take(record))
      await first.until(2)
      const again = await under.reopen()
      const second = collector()
      await again.append('t', [message('k', '3')])
      await again.subscribe('t', 'g', async (record) => second.take(record))
      await second.until(1)
      expect(second.texts()).toEqual(['3'])
    })

    test('does not commit what the handler has not ended: a stop in between hands it out again', async () => {
      const bus = await start()
      await bus.append('t', [message('k', '1')])
      let began = (): void => {}
      const beginning = new Promise<void>((resolve) => {
        began = resolve
      })
      let tries = 0
      await bus.subscribe('t', 'g', async () => {
        tries += 1
        began()
        throw new AppError('STORE_UNAVAILABLE')
      })
      await beginning
      const again = await under.reopen()
      const seen = collector()
      await again.subscribe('t', 'g', async (record) => seen.take(record))
      await seen.until(1)
      expect([tries, seen.texts()]).toEqual([1, ['1']])
    })

    test('tries a passing failure again, in order, and parks nothing', async () => {
      const bus = await start()
      const seen = collector()
      let failures = 2
      await bus.append('t', [message('k', '1'), message('k', '2')])
      await bus.subscribe('t', 'g', async (record) => {
        if (failures-- > 0) throw new AppError('STORE_UNAVAILABLE')
        seen.take(record)
      })
      await seen.until(2)
      expect(seen.texts()).toEqual(['1', '2'])
      expect(await bus.parked()).toEqual([])
    })

    test('parks a lasting failure with its code at once, and the rest flows', async () => {
      const bus = await start()
      const seen = collector()
      const parked: ParkedRecord[] = []
      await bus.append('t', [message('k', 'poison', { feed: 'lab' }), message('k', 'good')])
      const onParked = (item: ParkedRecord): void => {
        parked.push(item)
      }
      await bus.subscribe(
        't',
        'g',
        async (record) => {
          if (textOf(record) === 'poison') throw new AppError('DECODE_FAILED', { at: 'OBX-5', reason: 'cut' })
          seen.take(record)
        },
        { onParked }
      )
      await seen.until(1)
      expect(seen.texts()).toEqual(['good'])
      const [item] = await bus.parked({ topic: 't', state: 'parked' })
      expect(item).toMatchObject({
        group: 'g',
        tries: 1,
        state: 'parked',
        error: { code: 'DECODE_FAILED', at: 'OBX-5', reason: 'cut' },
        record: { topic: 't', offset: 0, key: 'k', headers: { feed: 'lab' } }
      })
      expect(textOf(item!.record)).toBe('poison')
      expect(parked.map(({ id }) => id)).toEqual([item!.id])
    })

    test('parks after the allowed tries of a passing failure, an uncoded one included', async () => {
      const bus = await start()
      const seen = collector()
      let tries = 0
      await bus.append('t', [message('k', 'defect'), message('k', 'good')])
      await bus.subscribe(
        't',
        'g',
        async (record) => {
          if (textOf(record) !== 'defect') return seen.take(record)
          tries += 1
          throw new TypeError('x is not a function')
        },
        { maxTries: 3 }
      )
      await seen.until(1)
      expect(tries).toBe(3)
      expect((await bus.parked()).map(({ error, tries }) => [error.code, tries])).toEqual([['INTERNAL', 3]])
    })

    test('replays a parked record by id, once, to the group that parked it', async () => {
      const bus = await start()
      const [a, b] = [collector(), collector()]
      let broken = true
      await bus.append('t', [message('k', 'poison')])
      await bus.subscribe('t', 'a', async (record) => {
        if (broken && textOf(record) === 'poison') throw new AppError('DECODE_FAILED')
        a.take(record)
      })
      await bus.subscribe('t', 'b', async (record) => b.take(record))
      await bus.append('t', [message('k', 'next')])
      await Promise.all([a.until(1), b.until(2)])
      const [item] = await bus.parked()
      broken = false
      expect(await bus.replay({ parkedId: item!.id })).toBe(1)
      expect(await bus.replay({ parkedId: item!.id })).toBe(0)
      await a.until(2)
      await bus.append('t', [message('k', 'last')])
      await Promise.all([a.until(3), b.until(3)])
      expect(a.texts()).toEqual(['next', 'poison', 'last'])
      expect(b.texts()).toEqual(['poison', 'next', 'last'])
      expect(a.records[1]!.headers['replay-of']).toBe(`t:${item!.record.partition}:0`)
      expect((await bus.parked({ state: 'replayed' })).map(({ id }) => id)).toEqual([item!.id])
      expect(await bus.parked({ state: 'parked' })).toEqual([])
    })

    test('replays all that is parked', async () => {
      const bus = await start()
      const seen = collector()
      const parked = collector()
      let broken = true
      await bus.append('t', [message('a', '1'), message('b', '2'), message('c', '3')])
      await bus.subscribe(
        't',
        'g',
        async (record) => {
          if (broken) throw new AppError('NO_FORMAT')
          seen.take(record)
        },
        { onParked: ({ record }) => parked.take(record) }
      )
      await parked.until(3)
      broken = false
      expect(await bus.replay({ allParked: true })).toBe(3)
      await seen.until(3)
      expect(seen.texts().sort()).toEqual(['1', '2', '3'])
      expect(await bus.replay({ allParked: true })).toBe(0)
    })

    test('replays past records by envelope id and by a range of offsets', async () => {
      const bus = await start()
      const seen = collector()
      const sent = ['1', '2', '3', '4'].map((text) => message('k', text, { 'envelope-id': `E${text}` }))
      const [first] = await bus.append('t', sent)
      await bus.subscribe('t', 'g', async (record) => seen.take(record))
      expect(await bus.replay({ topic: 't', envelopeId: 'E2' })).toBe(1)
      expect(await bus.replay({ topic: 't', envelopeId: 'none' })).toBe(0)
      expect(await bus.replay({ topic: 't', partition: first!.partition, from: 2, to: 4 })).toBe(2)
      await seen.until(7)
      expect(seen.texts()).toEqual(['1', '2', '3', '4', '2', '3', '4'])
      // The replayed record carries the same id, and a further replay takes the first one again, not the copy.
      expect(await bus.replay({ topic: 't', envelopeId: 'E2' })).toBe(1)
      await seen.until(8)
      expect(seen.records[7]!.headers['replay-of']).toBe(`t:${first!.partition}:1`)
    })

    test('counts what still waits for a group', async () => {
      const bus = await start()
      const seen = collector()
      await bus.append('t', [message('a', '1'), message('b', '2'), message('c', '3')])
      expect(await bus.lag('t', 'g')).toBe(3)
      const subscription = await bus.subscribe('t', 'g', async (record) => seen.take(record))
      await seen.until(3)
      await subscription.stop()
      await bus.append('t', [message('a', '4')])
      expect(await bus.lag('t', 'g')).toBe(1)
      expect(await bus.lag('never-used', 'g')).toBe(0)
    })

    test('hands out every record exactly once around the limits of its pages, with a stalled handler', async () => {
      const bus = await start(1)
      const seen = collector()
      let release = (): void => {}
      const stalled = new Promise<void>((resolve) => {
        release = resolve
      })
      await bus.subscribe('t', 'g', async (record) => {
        await stalled
        seen.take(record)
      })
      const counts = [63, 64, 65, 128, 1]
      let n = 0
      for (const count of counts)
        await bus.append(
          't',
          Array.from({ length: count }, () => message('k', String(n++)))
        )
      release()
      await seen.until(n)
      expect(seen.texts()).toEqual(Array.from({ length: n }, (_, i) => String(i)))
    })

    test('ends the handler in flight before stop resolves', async () => {
      const bus = await start()
      let ended = false
      let began = (): void => {}
      const beginning = new Promise<void>((resolve) => {
        began = resolve
      })
      const subscription = await bus.subscribe('t', 'g', async () => {
        began()
        await new Promise((resolve) => setImmediate(resolve))
        ended = true
      })
      await bus.append('t', [message('k', '1')])
      await beginning
      await subscription.stop()
      expect(ended).toBe(true)
    })
  })
}

/** Two keys that do not share a partition of topic 't' (found by a first append to another topic of the same shape). */
async function keysOfTwoPartitions(bus: EventBus): Promise<{ slow: string; fast: string }> {
  const names = Array.from({ length: 16 }, (_, n) => `key-${n}`)
  const placed = await bus.append(
    'probe',
    names.map((key) => message(key, ''))
  )
  const other = placed.findIndex(({ partition }) => partition !== placed[0]!.partition)
  return { slow: names[0]!, fast: names[other]! }
}
