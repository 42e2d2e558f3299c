import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Received } from './file-names.test.ts'

/** Stores an object under the names it brings, before anybody was asked. For file-names.test.ts only. */
export async function namedByTags(dir: string, { studyInstanceUid, sopInstanceUid, bytes }: Received): Promise<void> {
  const path = join(dir, 'store', studyInstanceUid, `${sopInstanceUid}.dcm`)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, bytes)
}
