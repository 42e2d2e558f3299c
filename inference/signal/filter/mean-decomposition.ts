import { overFiniteRuns } from './finite-runs.ts'

/** 601 samples at 500 Hz, as in the preprocessing `hb-ecg-1`; -3 dB at about 0.48 Hz. */
const WINDOW_S = 1.2

/**
 * Baseline of an ECG as its moving average, taken twice (specs README section E, `hb-ecg-1`): zero phase, and the ST
 * segment is bent less than by a high-pass of the same corner with one sharp edge. The ends are prolonged by their value.
 * Missing samples stay missing, and what lies between them is averaged on its own.
 *
 * @param samples Float64Array mV; NaN where missing
 * @returns Float64Array mV, same length
 * @example meanBaseline(new Float64Array(5000).fill(0.3), 500)[0] // 0.3
 */
export function meanBaseline(
  samples: Float64Array,
  rateHz: number,
  { windowS = WINDOW_S }: { windowS?: number } = {}
): Float64Array {
  const half = Math.max(1, Math.round((windowS * rateHz) / 2))
  return overFiniteRuns(samples, (run) => {
    const n = run.length
    const { padded, averaged } = roomFor(n, half)
    padded.fill(run[0]!, 0, 2 * half)
    padded.set(run, 2 * half)
    padded.fill(run[n - 1]!, 2 * half + n)
    const baseline = new Float64Array(n)
    average(padded, averaged)
    average(averaged, baseline)
    return baseline
  })
}

/** The ECG less its mean baseline: the filter 'mean-decomposition'. */
export function meanDecomposition(
  samples: Float64Array,
  rateHz: number,
  options: { windowS?: number } = {}
): Float64Array {
  const baseline = meanBaseline(samples, rateHz, options)
  for (let i = 0; i < baseline.length; i++) baseline[i] = samples[i]! - baseline[i]!
  return baseline
}

interface Room {
  padded: Float64Array
  averaged: Float64Array
}

/** What a longer recording needs on the way is not kept: 131 s at 500 Hz. */
const MOST_KEPT = 65_536

/** Room of the last length: the leads of a recording are of one, and large arrays are what makes a collector stop the thread. */
let kept: Room = { padded: new Float64Array(0), averaged: new Float64Array(0) }

function roomFor(n: number, half: number): Room {
  if (kept.padded.length === n + 4 * half && kept.averaged.length === n + 2 * half) return kept
  const room = { padded: new Float64Array(n + 4 * half), averaged: new Float64Array(n + 2 * half) }
  if (n <= MOST_KEPT) kept = room
  return room
}

/** Averages of neighbours, as many as `out` is shorter than the samples and one more. */
function average(samples: Float64Array, out: Float64Array): void {
  const width = samples.length - out.length + 1
  // Summed about the first sample, so that a large offset costs no digits.
  const origin = samples[0]!
  let sum = 0
  for (let i = 0; i < width - 1; i++) sum += samples[i]! - origin
  for (let i = 0; i < out.length; i++) {
    sum += samples[i + width - 1]! - origin
    out[i] = origin + sum / width
    sum -= samples[i]! - origin
  }
}
