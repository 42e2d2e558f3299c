import type { BenchOptions, BenchRow } from '../../../server/cli/bench.ts'
import { buildWorld } from '../../support/world.ts'
import type { HttpReport } from '../load/http.ts'
import { check } from '../support/check.ts'
import { startLoad } from '../support/load.ts'

const CONCURRENCY = 32
const SLOW_DISK_MS = 4

/**
 * Transactions of two resources by HTTP, counted when answered 2xx, and how many of them share one commit (= one fsync of
 * the write-ahead log); again with 4 ms added to every commit of store and bus, as a slow disk would.
 */
export async function fhirTransactionRows(options: BenchOptions): Promise<BenchRow[]> {
  const fast = await measure(options, 0)
  const slow = await measure(options, SLOW_DISK_MS)
  return [
    { name: 'fhir.tx2.durable.perSecond', value: fast.perSecond, unit: '1/s', target: 700 },
    { name: 'fhir.tx2.perFsync', value: fast.perFsync, unit: '1', target: 5 },
    { name: 'fhir.tx2.durable.perSecond.fsync4ms', value: slow.perSecond, unit: '1/s' },
    { name: 'fhir.tx2.perFsync.fsync4ms', value: slow.perFsync, unit: '1', target: 5 }
  ]
}

async function measure({ seconds, say }: BenchOptions, commitDelayMs: number) {
  const world = await buildWorld({ config: { store: { kind: 'sqlite', commitDelayMs }, bus: { commitDelayMs } } })
  const clients = startLoad('http')
  try {
    const round = (prefix: string, length: number) =>
      clients.call<HttpReport>('transactions', {
        base: `${world.http}/fhir/R4`,
        seconds: length,
        concurrency: CONCURRENCY,
        prefix
      })
    const warm = await round('W', Math.min(2, seconds / 2))
    const before = world.app.store.stats().commits
    const report = await round('R', seconds)
    const commits = world.app.store.stats().commits - before
    check('transactions not answered 2xx', warm.other + report.other, 0)
    const { total } = await world.fhir<{ total?: number }>('Observation?_summary=count')
    check('stored observations', total, warm.ok + report.ok)
    const { p50, p95, p99 } = report.ms
    say(
      `fhir: ${report.ok} transactions in ${report.seconds.toFixed(1)} s by ${CONCURRENCY} clients, commit delay ${commitDelayMs} ms, ` +
        `p50 ${p50.toFixed(1)} p95 ${p95.toFixed(1)} p99 ${p99.toFixed(1)} ms, ${commits} commits`
    )
    return { perSecond: report.ok / report.seconds, perFsync: report.ok / commits }
  } finally {
    clients.stop()
    await world.stop()
  }
}
