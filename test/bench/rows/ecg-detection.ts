import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createBeatStream } from '../../../inference/signal/beats/stream-beats.ts'
import type { BenchOptions, BenchRow } from '../../../server/cli/bench.ts'
import { seededRandom } from '../../support/seeded-random.ts'
import { BEAT_PEERS, type BeatPeer, peerDetectionsPerSecond } from '../ecg/beat-peers.ts'
import { hasPackage } from '../ecg/python.ts'
import { check } from '../support/check.ts'
import { longEcg } from '../support/long-ecg.ts'

const RATE = 360
const LEADS = 2
const MINUTES = 30
const WARM_UP = 5
/** What the issue asks of detection beside NeuroKit2's; nothing beside sleepecg's, which is written in C. */
const TARGET: Partial<Record<BeatPeer, number>> = { neurokit2: 10 }

/**
 * Beats of 30 min of two leads at 360 Hz (simulated) by the served detector, one after the other in one thread; beside the
 * detectors of NeuroKit2 and sleepecg on both leads of the same samples, each in its own process right after.
 */
export async function ecgDetectionRows({ seconds, say }: BenchOptions): Promise<BenchRow[]> {
  const { samples, beats } = recording()
  // The second lead shows the same beats turned round and smaller, with noise of its own.
  const next = seededRandom(2002)
  const leads = [samples, samples.map((value) => -0.6 * value + 0.05 * (next() - 0.5))]
  const part = (seconds * 1000) / 3
  const once = (): number => {
    const stream = createBeatStream({ rateHz: RATE, leads: LEADS })
    return stream.push(leads).length + stream.flush().length
  }
  for (let i = 0; i < WARM_UP; i++) check('beats found, within 1 %', Math.abs(once() / beats - 1) < 0.01, true)
  const started = performance.now()
  let done = 0
  while (done === 0 || performance.now() - started < part) {
    once()
    done++
  }
  const ours = (done * 1000) / (performance.now() - started)
  const scratch = await mkdtemp(join(tmpdir(), 'ecg-detection-'))
  try {
    const file = join(scratch, 'leads.f64')
    await writeFile(file, Buffer.concat(leads.map(({ buffer }) => Buffer.from(buffer))))
    const rows: BenchRow[] = []
    for (const peer of BEAT_PEERS) {
      const name = peer === 'neurokit2' ? 'ecg.detect.perSecond' : `ecg.detect.perSecond.${peer}`
      if (!(await hasPackage(peer))) {
        say(`${peer} is not installed for this Python (BENCH_PYTHON): ${name} has no ratio`)
        if (peer === 'neurokit2') rows.push({ name, value: ours, unit: '1/s' })
        continue
      }
      const value = await peerDetectionsPerSecond(peer, file, { leads: LEADS, rateHz: RATE, seconds: part / 1000 })
      say(
        `${peer}, ${LEADS} leads x ${MINUTES} min: ${(1000 / value).toFixed(0)} ms; ours ${(1000 / ours).toFixed(1)} ms`
      )
      const target = TARGET[peer]
      rows.push({
        name,
        value: ours,
        unit: '1/s',
        peer: { name: peer, value },
        ratio: ours / value,
        ...(target === undefined ? {} : { target })
      })
    }
    return rows
  } finally {
    await rm(scratch, { recursive: true })
  }
}

function recording(): { samples: Float64Array; beats: number } {
  const samples = new Float64Array(MINUTES * 60 * RATE)
  let at = 0
  let beats = 0
  for (const piece of longEcg({ rateHz: RATE, seconds: 60, pieces: MINUTES })) {
    samples.set(piece.samples, at)
    at += piece.samples.length
    beats += piece.beats
  }
  return { samples, beats }
}
