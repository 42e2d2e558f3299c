import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
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

  test('clears the half-written files of a crash when it starts', async () => {
    await createFileBlobStore(dir)
    await writeFile(join(dir, 'tmp', 'half'), 'ab')
    await createFileBlobStore(dir)
    expect(await readdir(join(dir, 'tmp'))).toEqual([])
  })
})
