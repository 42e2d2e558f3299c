/**
 * Child process of the durability test: writes without end and prints the id of each write after its promise resolved.
 * Run as: node kill-child.ts <folder>. The parent kills it with SIGKILL.
 */
import { createSqliteStore } from './store.ts'

const store = createSqliteStore({ dir: process.argv[2]! })
await store.start()
let next = 0
await Promise.all(
  Array.from({ length: 8 }, async () => {
    for (;;) {
      const id = `w${next++}`
      await store.write(
        [
          { resource: { resourceType: 'Patient', id, active: true } },
          { resource: { resourceType: 'Patient', id: `${id}-b` } }
        ],
        { kind: 'ingest' }
      )
      process.stdout.write(`${id}\n`)
    }
  })
)
