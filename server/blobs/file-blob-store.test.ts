import { mkdir, mkdtemp, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { blobStoreContract } from '../../test/contract/blob-store.contract.ts'
import { type BlobDisk, createFileBlobStore, systemDisk } from './file-blob-store.ts'

const ABC = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'

blobStoreContract('files', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'blobs-'))
  return {
    blobs: await createFileBlobStore(dir),
    reopen: () => createFileBlobStore(dir),
    damage: (sha256) => writeFile(join(dir, sha256.slice(0, 2), sha256), 'abd'),
    dispose: () => rm(dir, { recursive: true })
  }
})

describe('file blob store', () => {
  let dir: string
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'blobs-'))
  })
  afterEach(() => rm(dir, { recursive: true }))

  test('resolves only after file fsync, rename and folder fsync, in that order', async () => {
    const steps: string[] = []
    const disk: BlobDisk = {
      async writeDurably(path, bytes) {
        await systemDisk.writeDurably(path, bytes)
        steps.push('file fsync')
      },
      async rename(from, to) {
        await systemDisk.rename(from, to)
        steps.push(`rename to ${relative(dir, to)}`)
      },
      async syncFolder(path) {
        await systemDisk.syncFolder(path)
        steps.push(`folder fsync ${relative(dir, path) || '.'}`)
      }
    }
    const blobs = await createFileBlobStore(dir, disk)
    steps.length = 0
    await blobs.put(Buffer.from('abc'))
    expect(steps).toEqual(['folder fsync .', 'file fsync', `rename to ba/${ABC}`, 'folder fsync ba'])
  })

  test('a write that fails leaves nothing behind and is STORE_UNAVAILABLE', async () => {
    const disk: BlobDisk = {
      ...systemDisk,
      async rename() {
        throw Object.assign(new Error('no space'), { code: 'ENOSPC' })
      }
    }
    const blobs = await createFileBlobStore(dir, disk)
    await expect(blobs.put(Buffer.from('abc'))).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
    expect(await readdir(join(dir, 'tmp'))).toEqual([])
    expect(await blobs.has(ABC)).toBe(false)
  })

  const old = new Date('2020-01-01')
  const limit = new Date('2021-01-01')
  const fileOf = (hash: string): string => join(dir, hash.slice(0, 2), hash)
  /** A store with a blob that was last put long ago. */
  async function withOldBlob(disk: BlobDisk = systemDisk) {
    const blobs = await createFileBlobStore(dir, disk)
    await blobs.put(Buffer.from('abc'))
    await utimes(fileOf(ABC), old, old)
    return blobs
  }

  test('collects what was not put since, and nothing younger', async () => {
    const blobs = await withOldBlob()
    const { sha256: young } = await blobs.put(Buffer.from('young'))
    expect(await blobs.collect(young, limit)).toBe(false)
    expect(await blobs.collect(ABC, limit)).toBe(true)
    expect([await blobs.has(ABC), await blobs.has(young)]).toEqual([false, true])
    expect(await blobs.collect(ABC, limit)).toBe(false)
  })

  test('a put of what is there makes it young again', async () => {
    const blobs = await withOldBlob()
    await blobs.put(Buffer.from('abc'))
    expect(await blobs.collect(ABC, limit)).toBe(false)
    expect((await stat(fileOf(ABC))).mtime > limit).toBe(true)
  })

  test('a put between the look and the collection keeps the blob', async () => {
    const other = await createFileBlobStore(dir)
    const blobs = await withOldBlob({
      ...systemDisk,
      async rename(from, to) {
        // The put of another process, which found the file whole just before it was moved away.
        if (to.includes('aside')) await other.put(Buffer.from('abc'))
        await systemDisk.rename(from, to)
      }
    })
    expect(await blobs.collect(ABC, limit)).toBe(false)
    expect(await other.get(ABC)).toEqual(Buffer.from('abc'))
  })

  test('a put right after it was moved away writes it anew', async () => {
    const other = await createFileBlobStore(dir)
    const blobs = await withOldBlob({
      ...systemDisk,
      async rename(from, to) {
        await systemDisk.rename(from, to)
        if (to.includes('aside')) await other.put(Buffer.from('abc'))
      }
    })
    await blobs.collect(ABC, limit)
    expect(await other.get(ABC)).toEqual(Buffer.from('abc'))
  })

  test('no put is lost to collections at the same time', async () => {
    const [one, two] = [await createFileBlobStore(dir), await createFileBlobStore(dir)]
    const lost: number[] = []
    for (let round = 0; round < 60; round++) {
      await one.put(Buffer.from('abc'))
      await utimes(fileOf(ABC), old, old)
      const [, put] = await Promise.all([two.collect(ABC, limit), one.put(Buffer.from('abc'))])
      if (!(await one.has(put.sha256))) lost.push(round)
    }
    expect(lost).toEqual([])
  })

  test('what a crash left aside is there again', async () => {
    await withOldBlob()
    await mkdir(join(dir, 'aside'))
    await rename(fileOf(ABC), join(dir, 'aside', ABC))
    expect(await (await createFileBlobStore(dir)).get(ABC)).toEqual(Buffer.from('abc'))
  })

  test('in a shared folder it leaves what another process may be writing, and clears what nobody can', async () => {
    await createFileBlobStore(dir)
    await writeFile(join(dir, 'tmp', 'being-written'), 'ab')
    await writeFile(join(dir, 'tmp', 'abandoned'), 'ab')
    const longAgo = new Date(Date.now() - 2 * 60 * 60_000)
    await utimes(join(dir, 'tmp', 'abandoned'), longAgo, longAgo)
    await createFileBlobStore(dir, systemDisk, { isShared: true })
    expect(await readdir(join(dir, 'tmp'))).toEqual(['being-written'])
  })

  test('clears the half-written files of a crash when it starts', async () => {
    await createFileBlobStore(dir)
    await writeFile(join(dir, 'tmp', 'half'), 'ab')
    await createFileBlobStore(dir)
    expect(await readdir(join(dir, 'tmp'))).toEqual([])
  })
})
