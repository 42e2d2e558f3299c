/**
 * A process of a race: `node racer.ts <PostgresAccess as JSON> <Race as JSON>`. Says 'ready' when its store is open, begins
 * with the first byte on its standard input, and prints what it did as one line of JSON.
 */
import { once } from 'node:events'
import type { PostgresAccess } from '../../../server/store/postgres/connect.ts'
import { openStore } from './access.ts'
import { type Race, race } from './race-tasks.ts'

const store = await openStore(JSON.parse(process.argv[2]!) as PostgresAccess)
store.warmUp()
process.stdout.write('ready\n')
await once(process.stdin, 'data')
const ended = await race(store, JSON.parse(process.argv[3]!) as Race)
process.stdout.write(`${JSON.stringify(ended)}\n`)
await store.stop()
process.stdin.destroy()
