import type { Bench, BenchOptions, BenchRow } from '../../../server/cli/bench.ts'
import { fsyncPerSecond } from './fsync.ts'

/** A bench of row groups, one after the other, each in servers of its own. */
export function benchOf(groups: Record<string, (options: BenchOptions) => Promise<BenchRow[]>>): Bench {
  return {
    groups: Object.keys(groups),
    fsyncPerSecond: async () => fsyncPerSecond(),
    async run(options) {
      const rows: BenchRow[] = []
      for (const group of options.only ?? Object.keys(groups)) rows.push(...(await groups[group]!(options)))
      return rows
    }
  }
}
