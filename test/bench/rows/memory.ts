import type { BenchOptions, BenchRow } from '../../../server/cli/bench.ts'
import { buildWorld } from '../../support/world.ts'
import type { LabReport, Pace } from '../load/lab.ts'
import { check, reached } from '../support/check.ts'
import { startLoad } from '../support/load.ts'
import { median } from '../support/quantile.ts'

const PER_SECOND = 60
const PEOPLE = 100

/**
 * Resident memory of the server under a steady load that it can keep up with: the median of the last fifth of the samples
 * over that of the first fifth, after a warm-up of half the measured time.
 */
export async function memoryRows({ seconds, say }: BenchOptions): Promise<BenchRow[]> {
  const world = await buildWorld()
  const lab = startLoad('lab')
  try {
    const { hostname: host, port } = new URL(world.address('hl7').replace('mllp:', 'http:'))
    const pace = (prefix: string, length: number) =>
      lab.call<LabReport>('pace', {
        host,
        port: Number(port),
        seconds: length,
        perSecond: PER_SECOND,
        people: PEOPLE,
        prefix
      } satisfies Pace)
    const warm = await pace('W', seconds)
    const samples: number[] = []
    const timer = setInterval(() => samples.push(process.memoryUsage.rss()), Math.max(10, seconds * 10))
    const report = await pace('R', 2 * seconds)
    clearInterval(timer)
    const { counters } = world.app.pipeline
    await reached('messages recorded', () => counters.recorded, { wanted: warm.acknowledged + report.acknowledged })
    check('results not acknowledged with AA', warm.refused + report.refused, 0)
    const fifth = Math.max(1, Math.floor(samples.length / 5))
    const [first, last] = [median(samples.slice(0, fifth)), median(samples.slice(-fifth))]
    say(
      `rss: ${report.acknowledged} messages at ${PER_SECOND}/s in ${report.seconds.toFixed(0)} s, ${mib(first)} to ${mib(last)} MiB, ` +
        `ack p50 ${report.ackMs.p50.toFixed(1)} ms, p99 ${report.ackMs.p99.toFixed(1)} ms`
    )
    return [{ name: 'rss.growth.ratio', value: last / first, unit: '1', target: 1.1 }]
  } finally {
    lab.stop()
    await world.stop()
  }
}

const mib = (bytes: number): string => (bytes / 2 ** 20).toFixed(0)
