import { readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { DicomScp } from '../../dicom/net/scp.ts'
import { isPart10, withoutPreamble } from '../../dicom/part10.ts'
import { encodeRows } from '../../dicom/testing/encode.ts'
import { sampleMr } from '../../dicom/testing/samples.ts'
import { SOP_CLASS, TRANSFER_SYNTAX } from '../../dicom/uids.ts'
import { createFileBlobStore } from '../../server/blobs/file-blob-store.ts'
import { storeConversation } from '../fuzz/support/dimse-bytes.ts'
import { talk } from '../fuzz/support/talk.ts'
import { namedByTags, type Received } from './file-names.vulnerable.ts'
import { heldAndSeenFailing } from './held-and-seen-failing.ts'
import { temporaryFolder } from './temporary-folder.ts'

type Store = (dir: string, object: Received) => Promise<void>

/** C-STORE of the object to a provider whose store is the blob store. */
async function byOurStore(dir: string, object: Received): Promise<void> {
  const blobs = await createFileBlobStore(join(dir, 'store'))
  const scp = new DicomScp({
    port: 0,
    aeTitle: 'HISBUNDLE',
    sopClasses: [SOP_CLASS.mrImage],
    maxObjectBytes: 1_000_000,
    maxAssociations: 2,
    idleTimeoutMs: 5000,
    spoolDir: join(dir, 'store', 'spool'),
    store: async ({ file }) => void (await blobs.put(file))
  })
  const address = await scp.start()
  const facts = { sopClassUid: SOP_CLASS.mrImage, sopInstanceUid: object.sopInstanceUid, dataSet: object.bytes }
  await talk(address, storeConversation('HISBUNDLE', facts))
  await scp.stop()
}

const object = (studyInstanceUid: string, sopInstanceUid: string): Received => ({
  studyInstanceUid,
  sopInstanceUid,
  bytes: encodeRows(
    [
      [0x00080016, 'UI', SOP_CLASS.mrImage],
      [0x00080018, 'UI', sopInstanceUid],
      [0x0020000d, 'UI', studyInstanceUid]
    ],
    TRANSFER_SYNTAX.explicitLittle
  )
})

/** Every file that lies in the folder afterwards, from its top. */
async function filesOf(store: Store, received: Received): Promise<string[]> {
  const { dir, remove } = temporaryFolder()
  try {
    await store(join(dir, 'inside'), received)
    return readdirSync(dir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(dir, join(entry.parentPath, entry.name)))
  } finally {
    remove()
  }
}
/** A blob is named by its hash; nothing else may lie anywhere. */
const OURS = /^inside\/store\/[0-9a-f]{2}\/[0-9a-f]{64}$/

heldAndSeenFailing<Store>(
  'no file is named by what an object says (A3-33)',
  {
    'a study UID that climbs out of the folder': async (store) =>
      expect((await filesOf(store, object('../../outside', '1.2.3'))).filter((path) => !OURS.test(path))).toEqual([]),
    'an instance UID that climbs: refused, and no file of it is left': async (store) =>
      expect(await filesOf(store, object('1.2', '../../x'))).toEqual([]),
    'an instance UID of 300 characters: refused, and no file of it is left': async (store) =>
      expect(await filesOf(store, object('1.2', '9'.repeat(300)))).toEqual([]),
    'an instance UID with a NUL inside: refused, and no file of it is left': async (store) =>
      expect(await filesOf(store, object('1.2', '1.2\0/../3'))).toEqual([])
  },
  { real: byOurStore, weak: namedByTags }
)

const polyglot = (magic: string): Uint8Array => {
  const file = Buffer.from(sampleMr())
  file.write(magic, 0, 'latin1')
  return file
}
heldAndSeenFailing<(file: Uint8Array) => Uint8Array>(
  'a preamble that makes a file something else is zeroed (A3-34)',
  Object.fromEntries(
    ['MZ\x90\0', '%PDF-1.7', '#!/bin/sh\n', 'II*\0'].map((magic) => [
      JSON.stringify(magic),
      (store: (file: Uint8Array) => Uint8Array) => {
        const stored = store(polyglot(magic))
        expect(isPart10(stored)).toBe(true)
        expect(Buffer.from(stored.subarray(0, 128))).toEqual(Buffer.alloc(128))
        expect(Buffer.from(stored.subarray(128))).toEqual(Buffer.from(sampleMr().subarray(128)))
      }
    ])
  ),
  { real: withoutPreamble, weak: (file) => file }
)
