import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Decoded, emptyGroup, type PatientGroup, type SubjectClaim } from '../../core/decoded.ts'
import type { Envelope } from '../../core/envelope.ts'
import type { FeedFacts } from '../../core/format.ts'
import { ulidFactory } from '../../core/ids.ts'
import { silentLogger } from '../../core/log.ts'
import { createFileBlobStore } from '../../server/blobs/file-blob-store.ts'
import type { RecordDeps } from '../../server/record/deps.ts'
import { storeOf } from '../../server/store/fixtures/store-of.ts'

/** A record step on real SQLite and real blobs in a folder of its own; `stop` removes it. */
export async function recordWorld() {
  const dir = mkdtempSync(join(tmpdir(), 'hb-record-'))
  const store = storeOf({ dir, log: silentLogger })
  await store.start()
  const blobs = await createFileBlobStore(join(dir, 'blobs'))
  const deps: RecordDeps = { store, blobs, secret: 'test-secret', clock: { now: () => new Date() }, log: silentLogger }
  return {
    deps,
    store,
    async stop() {
      await store.stop()
      rmSync(dir, { recursive: true, force: true })
    }
  }
}

export const feed: FeedFacts = { name: 'test', defaultAuthority: 'HOSP', zone: 'UTC', codeMap: {}, options: {} }

const nextUlid = ulidFactory()

export function envelope(overrides: Partial<Envelope> = {}): Envelope {
  return {
    id: nextUlid(),
    feed: 'test',
    family: 'hl7v2',
    kind: 'TEST',
    mediaType: 'test',
    receivedAt: new Date().toISOString(),
    correlation: {},
    body: new Uint8Array(0),
    ...overrides
  }
}

export const anna: SubjectClaim = {
  identifiers: [{ value: '1001', authority: 'HOSP', type: 'MR' }],
  family: 'Muster',
  given: ['Anna'],
  birthDate: '1950-02-03',
  sex: 'female'
}

export const message = (...groups: Partial<PatientGroup>[]): Decoded => ({
  groups: groups.map((group) => ({ ...emptyGroup(), ...group })),
  embedded: [],
  correlation: {},
  notes: []
})

export const at = (instant: string) => ({ instant, text: instant, precision: 'second' as const })
