import type { BenchOptions, BenchRow } from '../../../server/cli/bench.ts'
import { buildWorld } from '../../support/world.ts'
import { check } from '../support/check.ts'
import { type HeldMemory, heldMemory } from '../support/held-memory.ts'
import { RATE_HZ } from '../support/live.ts'
import { startLoad } from '../support/load.ts'

const STREAMS = 100
/** Signal of each stream between two looks, and looks. */
const PIECE_S = 30
const MIN_LOOKS = 4

/**
 * What a stream costs: processor time of the server's main thread for a second of signal at 500 Hz (frames, ring, a reading a second),
 * so how many one core carries; and the memory of a stream, which must not grow with what it has sent. That is asked of what is
 * held; resident memory is told beside it, and has no target: it finds its size with the load and not with what was sent.
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
    await load.call('open', { http: world.http, count: STREAMS })
    await load.call('send', { seconds: PIECE_S })
    const looks: HeldMemory[] = []
    let sent = 0
    let cpuMs = 0
    const until = performance.now() + seconds * 1000
    while (performance.now() < until || looks.length < MIN_LOOKS) {
      const before = process.threadCpuUsage()
      await load.call('send', { seconds: PIECE_S })
      const { user, system } = process.threadCpuUsage(before)
      cpuMs += (user + system) / 1000
      sent += STREAMS * PIECE_S
      looks.push(heldMemory())
    }
    const text = await (await fetch(`${world.http}/metrics`)).text()
    const taken = Number(/^hisbundle_live_samples_total (\d+)$/m.exec(text)?.[1])
    check('samples taken', taken, (sent + STREAMS * PIECE_S) * RATE_HZ)
    await load.call('close')
    // Asked behind the streams and not before them: a server that has just started still holds what it started with.
    const ofStreams = looks.at(-1)!.held - heldMemory().held
    const growth = (of: keyof HeldMemory): number => looks.at(-1)![of] / looks[0]![of]
    const mib = (of: keyof HeldMemory): string => looks.map((one) => (one[of] / 2 ** 20).toFixed(1)).join(' ')
    say(
      `${STREAMS} streams, ${sent / 60} minutes of signal; MiB after each piece: held ${mib('held')}; resident ${mib('resident')}`
    )
    return [
      { name: 'stream.cpu.msPerSecond', value: cpuMs / sent, unit: 'ms' },
      { name: 'stream.streamsPerCore', value: (1000 * sent) / cpuMs, unit: 'streams' },
      { name: 'stream.memory.kibPerStream', value: ofStreams / STREAMS / 1024, unit: 'KiB' },
      { name: 'stream.memory.growth', value: growth('held'), unit: 'ratio', target: 1.1 },
      { name: 'stream.resident.growth', value: growth('resident'), unit: 'ratio' }
    ]
  } finally {
    load.stop()
    await world.stop()
  }
}
