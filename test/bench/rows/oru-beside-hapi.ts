import type { BenchOptions, BenchRow } from '../../../server/cli/bench.ts'
import { buildWorld } from '../../support/world.ts'
import type { Flood, LabReport } from '../load/lab.ts'
import { startJava } from '../peers/java.ts'
import { check, reached } from '../support/check.ts'
import { startLoad } from '../support/load.ts'

const CONNECTIONS = 16
/** Waiting for their answer on each connection: HAPI's server answers one after the other, a sender need not wait. */
const IN_FLIGHT = 16
const PEOPLE = 400
/** Rounds of the same server; all but the last warm it up. */
const ROUNDS = 4
/** A round is a burst below the backlog at which senders are refused (limits.maxLag); what lasts is `oru.recorded`. */
const BURST = 15_000
/** Below this a run is a test of correctness and sends a hundredth. */
const FULL_FROM_SECONDS = 4

interface Subject {
  port: number
  /** After each round, when its messages have been acknowledged. */
  settled(acknowledged: number): Promise<void>
  stop(): Promise<void>
}

/**
 * Potassium results over MLLP by the same client: acknowledged after they are durable by His Bundle, acknowledged after
 * parsing by HAPI HL7v2's server, which keeps nothing. Both parse every message. His Bundle records what it took between
 * the rounds too; the figure is of the time in which messages are sent.
 */
export async function oruBesideHapi(options: BenchOptions): Promise<BenchRow[]> {
  const value = await measure(options, 'His Bundle', await ours())
  const java = await startJava('hapi-hl7', 'hisbundle.HapiHl7Server', [])
  if (!java) options.say('oru: HAPI HL7v2 is not installed (bash test/peers/install.sh hapi-hl7)')
  const peer =
    java &&
    (await measure(options, 'HAPI HL7v2', {
      port: java.port,
      settled: async () => {},
      stop: async () => java.stop()
    }))
  return [
    {
      name: 'oru.durable.16connections.perSecond',
      value,
      unit: '1/s',
      ...(peer === undefined
        ? {}
        : { peer: { name: "HAPI HL7v2's server, not durable", value: peer }, ratio: value / peer, target: 1 })
    }
  ]
}

async function ours(): Promise<Subject> {
  const world = await buildWorld()
  const { counters } = world.app.pipeline
  let total = 0
  return {
    port: Number(new URL(world.address('hl7').replace('mllp:', 'http:')).port),
    async settled(acknowledged) {
      total += acknowledged
      await reached('messages recorded', () => counters.recorded, { wanted: total, patienceMs: 600_000 })
      check('messages parked', counters.parked, 0)
    },
    stop: () => world.stop()
  }
}

async function measure(
  { seconds, say }: BenchOptions,
  name: string,
  { port, settled, stop }: Subject
): Promise<number> {
  const messages = seconds < FULL_FROM_SECONDS ? BURST / 100 : BURST
  const lab = startLoad('lab')
  try {
    let rate = 0
    for (let round = 0; round < ROUNDS; round++) {
      const report = await lab.call<LabReport>('flood', {
        host: '127.0.0.1',
        port,
        seconds,
        messages,
        connections: CONNECTIONS,
        inFlight: IN_FLIGHT,
        people: PEOPLE,
        prefix: `R${round}-`
      } satisfies Flood)
      check('results not acknowledged with AA', report.refused, 0)
      await settled(report.acknowledged)
      rate = report.acknowledged / report.seconds
      const { p50, p99 } = report.ackMs
      say(`oru: ${name} ${rate.toFixed(0)}/s, ack p50 ${p50.toFixed(1)} p99 ${p99.toFixed(1)} ms`)
    }
    return rate
  } finally {
    lab.stop()
    await stop()
  }
}
