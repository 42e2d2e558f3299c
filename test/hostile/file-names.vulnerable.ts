import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

export interface Received {
  studyInstanceUid: string
  sopInstanceUid: string
  bytes: Uint8Array
}

/** Stores an object under the names it brings, before anybody was asked. For file-names.test.ts only. */
export async function namedByTags(dir: string, { studyInstanceUid, sopInstanceUid, bytes }: Received): Promise<void> {
  const path = join(dir, 'store', studyInstanceUid, `${sopInstanceUid}.dcm`)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, bytes)
}
