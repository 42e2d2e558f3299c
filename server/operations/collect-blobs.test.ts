import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { EventBus } from '../../core/event-bus.ts'
import type { Sql } from '../../core/sql.ts'
import { createFileBlobStore } from '../blobs/file-blob-store.ts'
import { collectBlobs } from './collect-blobs.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'collect-'))
})
afterEach(() => rm(dir, { recursive: true }))

const limit = new Date('2021-01-01')
const emptyStore = { all: async () => [] } as unknown as Sql
const busNaming = (...names: string[]) =>
  ({
    async *claims() {
      yield names
    }
  }) as unknown as EventBus

/** Blobs that were all put long ago, by their text. */
async function oldBlobs(...texts: string[]) {
  const blobs = await createFileBlobStore(join(dir, 'blobs'))
  const names: string[] = []
  for (const text of texts) {
    const { sha256 } = await blobs.put(Buffer.from(text))
    const then = new Date('2020-01-01')
    await utimes(join(dir, 'blobs', sha256.slice(0, 2), sha256), then, then)
    names.push(sha256)
  }
  return { blobs, names }
}

test('keeps what the bus names and takes the rest, and leaves no working file', async () => {
  const { blobs, names } = await oldBlobs('kept', 'stray')
  const sources = { sql: emptyStore, bus: busNaming(names[0]!), blobs }
  expect(await collectBlobs(sources, { notPutSince: limit, scratch: dir, dryRun: false })).toEqual({
    blobs: 2,
    count: 1,
    bytes: 5
  })
  expect(await Promise.all(names.map(blobs.has))).toEqual([true, false])
  expect(await readdir(dir)).toEqual(['blobs'])
})

test('a blob that is put again while the sweep is at it is kept, though nothing named it when names were gathered', async () => {
  const { blobs, names } = await oldBlobs('one', 'two', 'three')
  const racing = {
    ...blobs,
    async *list() {
      // Seen as old by the sweep, put again before it acts on that.
      for await (const seen of blobs.list()) {
        if (seen.sha256 === names[1]) await blobs.put(Buffer.from('two'))
        yield seen
      }
    }
  }
  const sources = { sql: emptyStore, bus: busNaming(), blobs: racing }
  expect(await collectBlobs(sources, { notPutSince: limit, scratch: dir, dryRun: false })).toMatchObject({ count: 2 })
  expect(await Promise.all(names.map(blobs.has))).toEqual([false, true, false])
})

test('takes nothing when names cannot be gathered to the end', async () => {
  const { blobs, names } = await oldBlobs('one')
  const broken = {
    claims() {
      throw new Error('the log is away')
    }
  } as unknown as EventBus
  const sources = { sql: emptyStore, bus: broken, blobs }
  await expect(collectBlobs(sources, { notPutSince: limit, scratch: dir, dryRun: false })).rejects.toThrow('away')
  expect(await blobs.has(names[0]!)).toBe(true)
  expect(await readdir(dir)).toEqual(['blobs'])
})

test('leaves a store that collects by itself alone', async () => {
  const { blobs } = await oldBlobs()
  const sources = { sql: emptyStore, bus: busNaming(), blobs: { put: blobs.put, get: blobs.get, has: blobs.has } }
  expect(await collectBlobs(sources, { notPutSince: limit, scratch: dir, dryRun: false })).toBeUndefined()
})
