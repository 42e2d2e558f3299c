import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AppError } from '../../../core/errors/app-error.ts'
import { type BusUnderTest, eventBusContract } from '../../../test/contract/event-bus.contract.ts'
import { manualScheduler } from '../scheduler.ts'
import { createEmbeddedBus, type EmbeddedBus, type EmbeddedBusOptions } from './embedded-bus.ts'

async function open(options: Partial<EmbeddedBusOptions> = {}): Promise<BusUnderTest & { bus: EmbeddedBus }> {
  const dir = await mkdtemp(join(tmpdir(), 'bus-'))
  const settings = { path: join(dir, 'bus.sqlite'), ...options }
  let bus = createEmbeddedBus(settings)
  await bus.start()
  return {
    bus,
    async reopen() {
      await bus.stop()
      bus = createEmbeddedBus(settings)
      await bus.start()
      return bus
    },
    async dispose() {
      await bus.stop()
      await rm(dir, { recursive: true })
    }
  }
}

eventBusContract('embedded', (partitions) => open({ partitions }))

describe('embedded log', () => {
  const message = (key: string, bytes = 10) => ({ key, value: new Uint8Array(bytes), headers: {} })

  test('lets appends that wait together share one commit', async () => {
    const { bus, dispose } = await open({ commitDelayMs: 4 })
    await Promise.all(Array.from({ length: 64 }, (_, n) => bus.append('t', [message(String(n))])))
    await Promise.all(Array.from({ length: 64 }, (_, n) => bus.append('t', [message(String(n))])))
    const { appends, commits } = bus.stats()
    expect(appends).toBe(128)
    expect(commits).toBeLessThanOrEqual(4)
    await dispose()
  })

  test('keeps the order of one key however the appends fall into commits', async () => {
    const { bus, dispose } = await open({ commitDelayMs: 1 })
    const placed: Promise<{ offset: number }[]>[] = []
    for (let n = 0; n < 300; n++) {
      placed.push(bus.append('t', [message('k')]))
      if (n % 7 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    expect((await Promise.all(placed)).map(([p]) => p!.offset)).toEqual(Array.from({ length: 300 }, (_, n) => n))
    await dispose()
  })

  test('keeps a second writer off the same file', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'bus-'))
    const path = join(dir, 'bus.sqlite')
    const first = createEmbeddedBus({ path })
    await first.start()
    await expect(createEmbeddedBus({ path }).start()).rejects.toMatchObject({
      code: 'BUS_UNAVAILABLE',
      reason: 'sqlite_busy'
    })
    await first.stop()
    await rm(dir, { recursive: true })
  })

  test('refuses appends beyond its memory limit and takes them again when the disk has caught up', async () => {
    const { bus, dispose } = await open({ maxQueuedBytes: 10_000, commitDelayMs: 5 })
    const taken = [bus.append('t', [message('a', 6000)]), bus.append('t', [message('b', 2000)])]
    await expect(bus.append('t', [message('c', 6000)])).rejects.toMatchObject({
      code: 'BUS_UNAVAILABLE',
      reason: 'queue-full'
    })
    await Promise.all(taken)
    await expect(bus.append('t', [message('c', 6000)])).resolves.toHaveLength(1)
    await dispose()
  })

  test('leaves the bytes of the caller alone', async () => {
    const { bus, dispose } = await open()
    const chunk = Buffer.from('....payload....')
    await bus.append('t', [{ key: 'k', value: chunk.subarray(4, 11), headers: {} }])
    expect(chunk.toString()).toBe('....payload....')
    await dispose()
  })

  test('keeps the number of partitions a topic was made with', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'bus-'))
    const path = join(dir, 'bus.sqlite')
    const small = createEmbeddedBus({ path, partitions: 1 })
    await small.start()
    await small.append('t', [message('a')])
    await small.stop()
    const large = createEmbeddedBus({ path, partitions: 16 })
    await large.start()
    const placed = await large.append(
      't',
      ['b', 'c', 'd'].map((key) => message(key))
    )
    expect(placed.map(({ partition }) => partition)).toEqual([0, 0, 0])
    await large.stop()
    await rm(dir, { recursive: true })
  })

  test('trims what is old and passed by every group, never what a group or the dead letter still needs', async () => {
    let now = Date.parse('2026-01-01T00:00:00Z')
    const { bus, dispose } = await open({ partitions: 1, clock: { now: () => new Date(now) }, keepMs: 1000 })
    const passes = async (group: string, upTo: number, fail?: (offset: number) => AppError | undefined) => {
      let done = (): void => {}
      const passed = new Promise<void>((resolve) => {
        done = resolve
      })
      const subscription = await bus.subscribe('t', group, async ({ offset }) => {
        if (offset === upTo) done()
        const error = fail?.(offset)
        if (error) throw error
      })
      await passed
      await subscription.stop()
    }
    await bus.append('t', [message('a'), message('b'), message('c')])
    await passes('fast', 2, (offset) => (offset === 0 ? new AppError('DECODE_FAILED') : undefined))
    await passes('slow', 0, () => new AppError('STORE_UNAVAILABLE'))
    now += 5000
    await bus.append('t', [message('d')])
    expect(await bus.trim()).toBe(0)
    await passes('slow', 3)
    expect(await bus.trim()).toBe(3)
    expect(await bus.parked()).toHaveLength(1)
    expect(await bus.append('t', [message('e')])).toEqual([{ partition: 0, offset: 4 }])
    await dispose()
  })

  test('goes on after its writer thread died: what was acknowledged is there, nothing is there twice', async () => {
    const { bus, dispose } = await open({ partitions: 1, commitDelayMs: 2 })
    const acknowledged: string[] = []
    const refused: string[] = []
    const send = async (id: string): Promise<void> => {
      try {
        await bus.append('t', [{ key: 'k', value: Buffer.from(id), headers: {} }])
        acknowledged.push(id)
      } catch (error) {
        expect(error).toMatchObject({ code: 'BUS_UNAVAILABLE' })
        refused.push(id)
      }
    }
    await send('before')
    const during = Array.from({ length: 5 }, (_, n) => send(`during ${n}`))
    await bus.crashWriter()
    await Promise.all(during)
    await send('after')
    const total = await bus.lag('t', 'g')
    const there: string[] = []
    await new Promise<void>((resolve) => {
      void bus.subscribe('t', 'g', async ({ value }) => {
        there.push(Buffer.from(value).toString())
        if (there.length === total) resolve()
      })
    })
    expect(acknowledged).toEqual(expect.arrayContaining(['before', 'after']))
    expect(acknowledged.filter((id) => !there.includes(id))).toEqual([])
    expect(new Set(there).size).toBe(there.length)
    expect(acknowledged.length + refused.length).toBe(7)
    await dispose()
  })

  test('waits for the next try by the given scheduler only', async () => {
    const scheduler = manualScheduler()
    const { bus, dispose } = await open({ scheduler })
    let tries = 0
    let tried = (): void => {}
    const next = (): Promise<void> =>
      new Promise((resolve) => {
        tried = resolve
      })
    const first = next()
    await bus.append('t', [message('k')])
    await bus.subscribe('t', 'g', async () => {
      tries += 1
      tried()
      throw new AppError('STORE_UNAVAILABLE')
    })
    await first
    await new Promise((resolve) => setImmediate(resolve))
    expect(tries).toBe(1)
    const second = next()
    scheduler.advance(50)
    await second
    expect(tries).toBe(2)
    await dispose()
  })
})
