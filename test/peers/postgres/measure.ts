/**
 * Durable transactions of two resources a second: `node test/peers/postgres/measure.ts [seconds]`. In groups, one database
 * transaction each (on 8 connections), and on SQLite, by how many callers wait at once, in the same run.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ServerStore } from '../../../server/store/server-store.ts'
import { createSqliteStore } from '../../../server/store/sqlite/store.ts'
import { accessOf, closeAll, openStore } from './access.ts'
import { startPostgres } from './cluster.ts'
import { about, marked } from './race-tasks.ts'

const SECONDS = Number(process.argv[2] ?? 5)
const CALLERS = [1, 16, 64]
let next = 0

async function measure(name: string, store: ServerStore, callers: number): Promise<void> {
  const { commits, transactions } = store.stats()
  const times: number[] = []
  const began = performance.now()
  const until = began + SECONDS * 1000
  await Promise.all(
    Array.from({ length: callers }, async () => {
      while (performance.now() < until) {
        const id = `m${next++}`
        const start = performance.now()
        await store.write([{ resource: marked(id, id) }, { resource: about(`o${id}`, id) }], { kind: 'ingest' })
        times.push(performance.now() - start)
      }
    })
  )
  const seconds = (performance.now() - began) / 1000
  times.sort((a, b) => a - b)
  const at = (share: number): string => times[Math.floor(times.length * share)]!.toFixed(1)
  const after = store.stats()
  const together = (after.transactions - transactions) / (after.commits - commits)
  process.stdout.write(
    `${name.padEnd(24)} ${String(callers).padStart(3)} callers ${(times.length / seconds).toFixed(0).padStart(6)}/s` +
      `  p50 ${at(0.5)} ms  p99 ${at(0.99)} ms  ${together.toFixed(1)} a commit\n`
  )
}

process.stdout.write(`${cpus()[0]!.model}, ${cpus().length} cores, Node ${process.version}\n`)
const cluster = await startPostgres()
const dir = mkdtempSync(join(tmpdir(), 'hisbundle-measure-'))
try {
  const stores: [string, ServerStore][] = [
    ['PostgreSQL, groups', await openStore(accessOf(cluster.url))],
    ['PostgreSQL, one by one', await openStore(accessOf(cluster.url), { maxGroup: 1, parallelWrites: 8, poolSize: 14 })]
  ]
  const sqlite = createSqliteStore({ dir })
  await sqlite.start()
  for (const [name, store] of [...stores, ['SQLite', sqlite] as const]) {
    store.warmUp()
    for (const callers of CALLERS) await measure(name, store, callers)
  }
  await sqlite.stop()
} finally {
  await closeAll()
  await cluster.stop()
  rmSync(dir, { recursive: true, force: true })
}
