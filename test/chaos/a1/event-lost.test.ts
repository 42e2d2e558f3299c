import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { createSqliteStore } from '../../../server/store/index.ts'
import { twoCommits } from './event-lost.vulnerable.ts'
import { seenFailing, turns } from './seen-failing.ts'

interface Store {
  write(id: string): Promise<void>
  /** The writer dies with what it was doing. */
  crash(): Promise<void>
  state(): Promise<{ resources: string[]; events: string[] }>
  stop(): Promise<void>
}

async function ours(): Promise<Store> {
  const dir = mkdtempSync(join(tmpdir(), 'hb-event-'))
  const store = createSqliteStore({ dir })
  await store.start()
  return {
    async write(id) {
      await store.write([{ resource: { resourceType: 'Basic', id, code: { text: 'x' } } }], { kind: 'ingest' })
    },
    crash: () => store.crashWriter(),
    async state() {
      const db = new Database(join(dir, 'fhir.sqlite'), { readonly: true })
      const resources = db.prepare('SELECT id FROM resource').all() as { id: string }[]
      const events = db.prepare('SELECT event FROM change').all() as { event: string }[]
      db.close()
      return {
        resources: resources.map(({ id }) => id),
        events: events.map(({ event }) => (JSON.parse(event) as { id: string }).id)
      }
    },
    async stop() {
      await store.stop()
      rmSync(dir, { recursive: true })
    }
  }
}

/** A1-4 in small; between every two writes of the whole path: test/chaos/kill.test.ts. */
seenFailing<() => Promise<Store>>(
  'an event exists if and only if its resource does, wherever the writer dies',
  { ours, weak: twoCommits },
  async (make) => {
    for (let after = 0; after < 6; after++) {
      const store = await make()
      const writes = Array.from({ length: 30 }, (_, n) => store.write(`r${n}`).catch(() => undefined))
      await turns(after)
      await store.crash()
      await Promise.all(writes)
      const { resources, events } = await store.state()
      await store.stop()
      expect(events.sort()).toEqual(resources.sort())
    }
  }
)
