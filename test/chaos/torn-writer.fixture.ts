/**
 * Writes without end, eight at a time, into the log of the bus or the FHIR store, and says of each write that was
 * acknowledged how long the database's log was then: `id bytes`. A write to a pipe is synchronous on Linux, so a line that
 * was read was acknowledged before it. Run as: node torn-writer.fixture.ts <bus | store> <folder>
 */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { createEmbeddedBus } from '../../server/bus/embedded/embedded-bus.ts'
import { createSqliteStore } from '../../server/store/index.ts'

const [what = '', dir = ''] = process.argv.slice(2)
const write = what === 'bus' ? await bus() : await store()
const wal = `${join(dir, what === 'bus' ? 'bus.sqlite' : 'fhir.sqlite')}-wal`
let n = 0
const on = async (): Promise<void> => {
  for (;;) {
    const id = `w${n++}`
    await write(id)
    process.stdout.write(`${id} ${statSync(wal).size}\n`)
  }
}
await Promise.all(Array.from({ length: 8 }, on))

async function bus(): Promise<(id: string) => Promise<unknown>> {
  const log = createEmbeddedBus({ path: join(dir, 'bus.sqlite'), partitions: 4 })
  await log.start()
  return (id) => log.append('t', [{ key: id, value: Buffer.alloc(700, 1), headers: { 'envelope-id': id } }])
}

async function store(): Promise<(id: string) => Promise<unknown>> {
  const fhir = createSqliteStore({ dir })
  await fhir.start()
  return (id) =>
    fhir.write(
      [
        { resource: { resourceType: 'Patient', id, active: true } },
        { resource: { resourceType: 'Patient', id: `${id}-b` } }
      ],
      { kind: 'ingest' }
    )
}
