import type { BenchOptions, BenchRow } from '../../../server/cli/bench.ts'
import { buildWorld } from '../../support/world.ts'
import type { Flood, LabReport } from '../load/lab.ts'
import { check, reached } from '../support/check.ts'
import { startLoad } from '../support/load.ts'

const CONNECTIONS = 4
const IN_FLIGHT = 16
const PEOPLE = 400

/**
 * Lab results over MLLP, each acknowledged after it is durable, while the pipeline behind records them: how many a
 * second are taken, and how many a second have become resources from the first message to the last one recorded.
 */
export async function oruRows({ seconds, say }: BenchOptions): Promise<BenchRow[]> {
  const world = await buildWorld()
  const lab = startLoad('lab')
  try {
    const { hostname: host, port } = new URL(world.address('hl7').replace('mllp:', 'http:'))
    const flood = (prefix: string, length: number) =>
      lab.call<LabReport>('flood', {
        host,
        port: Number(port),
        seconds: length,
        connections: CONNECTIONS,
        inFlight: IN_FLIGHT,
        people: PEOPLE,
        prefix
      } satisfies Flood)
    const { counters } = world.app.pipeline
    const warm = await flood('W', Math.min(2, seconds / 2))
    await reached('warm-up recorded', () => counters.recorded, { wanted: warm.acknowledged })
    const began = performance.now()
    const report = await flood('R', seconds)
    const recordedMeanwhile = counters.recorded - warm.acknowledged
    const total = warm.acknowledged + report.acknowledged
    const ended = await reached('messages recorded', () => counters.recorded, { wanted: total })
    check('results not acknowledged with AA', warm.refused + report.refused, 0)
    check('messages parked', counters.parked, 0)
    check('stored potassium results', await stored(world, 'Observation?code=http://loinc.org|2823-3'), total)
    say(
      `oru: ${report.acknowledged} acknowledged in ${report.seconds.toFixed(1)} s, ack p50 ${report.ackMs.p50.toFixed(1)} ms, ` +
        `p99 ${report.ackMs.p99.toFixed(1)} ms, ${recordedMeanwhile} recorded meanwhile`
    )
    return [
      { name: 'oru.durable.perSecond', value: report.acknowledged / report.seconds, unit: '1/s', target: 600 },
      { name: 'oru.recorded.perSecond', value: report.acknowledged / ((ended - began) / 1000), unit: '1/s' }
    ]
  } finally {
    lab.stop()
    await world.stop()
  }
}

async function stored(world: { fhir<T>(path: string): Promise<T> }, query: string): Promise<number | undefined> {
  return (await world.fhir<{ total?: number }>(`${query}&_summary=count`)).total
}
