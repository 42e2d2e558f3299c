import type { Bench, BenchOptions, BenchRow } from '../../server/cli/bench.ts'
import { fhirTransactionRows } from './rows/fhir-transactions.ts'
import { inferenceRows } from './rows/inference.ts'
import { memoryRows } from './rows/memory.ts'
import { oruRows } from './rows/oru.ts'
import { wardRows } from './rows/ward.ts'
import { fsyncPerSecond } from './support/fsync.ts'

const GROUPS: Record<string, (options: BenchOptions) => Promise<BenchRow[]>> = {
  oru: oruRows,
  fhir: fhirTransactionRows,
  ward: wardRows,
  inference: inferenceRows,
  rss: memoryRows
}

/** The path from the sockets to a subscriber, on embedded parts: each group in a server of its own, one after the other. */
const bench: Bench = {
  groups: Object.keys(GROUPS),
  fsyncPerSecond: async () => fsyncPerSecond(),
  async run(options) {
    const rows: BenchRow[] = []
    for (const group of options.only ?? Object.keys(GROUPS)) rows.push(...(await GROUPS[group]!(options)))
    return rows
  }
}
export default bench
