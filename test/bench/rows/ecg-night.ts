import type { BenchOptions, BenchRow } from '../../../server/cli/bench.ts'
import type { Night, NightReport } from '../load/ecg-night.ts'
import { check } from '../support/check.ts'
import { startLoad } from '../support/load.ts'

const HOURS = 24
const RATE = 250
/** Specs 01 section 7. */
const MOST_SECONDS = 30
const MOST_MIB = 400

/**
 * Beats of 24 h of one lead at 250 Hz by both detectors, as a stream in a process of its own, with a summary of each hour:
 * the time it takes, and the most memory that the process ever had.
 */
export async function ecgNightRows({ say }: BenchOptions): Promise<BenchRow[]> {
  const load = startLoad('ecg-night')
  try {
    const asked: Night = { hours: HOURS, rateHz: RATE }
    const { seconds, peakRssMiB, beats, truth, hours } = await load.call<NightReport>('night', asked)
    check('hours summed up', hours, HOURS)
    check('beats found, within 0.5 %', Math.abs(beats / truth - 1) < 0.005, true)
    say(`${HOURS} h, ${beats} beats of ${truth}`)
    return [
      { name: 'ecg.night24h.seconds', value: seconds, unit: 's', target: MOST_SECONDS },
      { name: 'ecg.night24h.peakMiB', value: peakRssMiB, unit: 'MiB', target: MOST_MIB }
    ]
  } finally {
    load.stop()
  }
}
