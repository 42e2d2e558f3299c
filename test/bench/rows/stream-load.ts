import type { BenchOptions, BenchRow } from '../../../server/cli/bench.ts'
import { buildWorld } from '../../support/world.ts'
import { check } from '../support/check.ts'
import { RATE_HZ } from '../support/live.ts'
import { startLoad } from '../support/load.ts'

const STREAMS = 100
/** Signal of each stream between two looks, and looks. */
const PIECE_S = 30
const MIN_LOOKS = 4

/**
 * What a stream costs: processor time of the server's main thread for a second of signal at 500 Hz (frames, ring, a reading a second),
 * so how many one core carries; and the memory of a stream, which must not grow with what it has sent.
 */
export async function streamLoadRows({ seconds, say }: BenchOptions): Promise<BenchRow[]> {
  // A client that shares a busy machine may answer no ping for a while.
  const options = {
    maxSpeed: 100,
    windowSeconds: 30,
    heartbeatSeconds: 600,
    sessionsPerClient: STREAMS,
    maxSessions: STREAMS
  }
  const world = await buildWorld({
    mode: 'off',
    config: { feeds: [{ name: 'live', transport: 'websocket-ecg', options, zone: 'UTC', codeMap: {} }] }
  })
  const load = startLoad('live-devices')
  try {
    const empty = held()
    await load.call('open', { http: world.http, count: STREAMS })
    await load.call('send', { seconds: PIECE_S })
    const sizes: number[] = []
    const before = process.threadCpuUsage()
    let sent = 0
    const until = performance.now() + seconds * 1000
    while (performance.now() < until || sizes.length < MIN_LOOKS) {
      await load.call('send', { seconds: PIECE_S })
      sent += STREAMS * PIECE_S
      sizes.push(held())
    }
    const { user, system } = process.threadCpuUsage(before)
    const text = await (await fetch(`${world.http}/metrics`)).text()
    const taken = Number(/^hisbundle_live_samples_total (\d+)$/m.exec(text)?.[1])
    check('samples taken', taken, (sent + STREAMS * PIECE_S) * RATE_HZ)
    const cpuMs = (user + system) / 1000 / sent
    const growth = sizes.at(-1)! / sizes[0]!
    say(
      `${STREAMS} streams, ${sent / 60} minutes of signal, memory after each piece ${sizes.map((one) => (one / 2 ** 20).toFixed(1)).join(' ')} MiB`
    )
    return [
      { name: 'stream.cpu.msPerSecond', value: cpuMs, unit: 'ms' },
      { name: 'stream.streamsPerCore', value: 1000 / cpuMs, unit: 'streams' },
      { name: 'stream.memory.kibPerStream', value: (sizes.at(-1)! - empty) / STREAMS / 1024, unit: 'KiB' },
      { name: 'stream.memory.growth', value: growth, unit: 'ratio', target: 1.1 }
    ]
  } finally {
    load.stop()
    await world.stop()
  }
}

/** Bytes in use on this thread, after what is garbage is gone where the collector can be asked. */
function held(): number {
  globalThis.gc?.()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}
