import { resample } from '../resample.ts'
import { quantile } from './median.ts'

/** Rate at which waves are sought, whatever the recording's own: every length below is in samples of 2 ms. */
export const WORK_HZ = 500

/** One lead in the forms in which its waves are sought. All arrays: samples at WORK_HZ, mV or mV/s. */
export interface LeadView {
  /** Smoothed over one period of the mains (20 ms: zeros at 50, 100, 150 Hz). */
  fast: Float64Array
  /** Gradient of `fast`, mV/s. */
  slope: Float64Array
  /** Smoothed once more, over 28 ms: the slow waves. */
  slow: Float64Array
  /** Gradient of `slow`, mV/s. */
  slowSlope: Float64Array
  /** Samples filled because they were missing, as half-open ranges; no mark may stand in them. */
  missing: [number, number][]
}

const SLOW_SAMPLES = 14

/**
 * Prepares a lead for the search: gaps (NaN) are bridged by a straight line and remembered, the rate becomes WORK_HZ,
 * and two smoothed copies with their gradients are laid beside each other. The moving average over one mains period is
 * the shortest filter with true zeros at the mains and its harmonics; it widens an edge alike on both sides.
 *
 * @param leads mV; NaN where missing
 * @returns one view a lead; undefined for a lead without a finite sample
 */
export function prepareLeads(leads: readonly Float64Array[], rateHz: number): (LeadView | undefined)[] {
  const sampled = leads.map((samples) => {
    const { filled, missing } = bridged(samples)
    if (!filled) return undefined
    const at = rateHz === WORK_HZ ? filled : resample(filled, { fromHz: rateHz, toHz: WORK_HZ })
    return { at, missing }
  })
  const period = WORK_HZ / mainsHz(sampled.flatMap((lead) => (lead ? [lead.at] : [])))
  return sampled.map((lead) => lead && viewOf(lead.at, { period, missing: lead.missing, scale: WORK_HZ / rateHz }))
}

function viewOf(
  at: Float64Array,
  { period, missing, scale }: { period: number; missing: [number, number][]; scale: number }
): LeadView {
  const fast = movingAverage(withoutSpikes(at), period)
  const slow = movingAverage(fast, SLOW_SAMPLES)
  return {
    fast,
    slope: gradient(fast, 2),
    slow,
    slowSlope: gradient(slow, 4),
    missing: missing.map(([from, to]) => [from * scale, to * scale])
  }
}

/** Straight lines over runs of non-finite samples; the first and last finite sample are held towards the ends. */
function bridged(samples: Float64Array): { filled?: Float64Array; missing: [number, number][] } {
  const missing: [number, number][] = []
  let filled = samples
  for (let i = 0; i < samples.length; i++) {
    if (Number.isFinite(samples[i])) continue
    let to = i
    while (to < samples.length && !Number.isFinite(samples[to])) to++
    if (i === 0 && to === samples.length) return { missing }
    if (filled === samples) filled = Float64Array.from(samples)
    const left = i > 0 ? samples[i - 1]! : samples[to]!
    const right = to < samples.length ? samples[to]! : left
    for (let k = i; k < to; k++) filled[k] = left + ((right - left) * (k - i + 1)) / (to - i + 1)
    missing.push([i, to])
    i = to
  }
  return { filled, missing }
}

/**
 * Which mains hum the leads carry. 60 Hz only where it clearly outweighs 50 Hz: without hum both are next to nothing, and
 * the answer must not depend on chance.
 */
function mainsHz(leads: readonly Float64Array[]): 50 | 60 {
  let at50 = 0
  let at60 = 0
  for (const lead of leads) {
    at50 += powerAt(lead, 50)
    at60 += powerAt(lead, 60)
  }
  return at60 > 4 * at50 ? 60 : 50
}

/** Power of the first differences at one frequency (Goertzel 1958, Am Math Monthly 65:34), in units of its own. */
function powerAt(samples: Float64Array, hz: number): number {
  const turn = 2 * Math.cos((2 * Math.PI * hz) / WORK_HZ)
  let last = 0
  let before = 0
  for (let i = 1; i < samples.length; i++) {
    const next = samples[i]! - samples[i - 1]! + turn * last - before
    before = last
    last = next
  }
  return last * last + before * before - turn * last * before
}

/**
 * Centred moving average over `width` samples, which need not be whole: the outermost two samples count by the part that
 * lies inside. At the ends the first and last sample are held.
 */
export function movingAverage(samples: Float64Array, width: number): Float64Array {
  const n = samples.length
  const half = Math.floor((width - 1) / 2)
  const part = (width - 2 * half - 1) / 2
  const at = (i: number): number => samples[i < 0 ? 0 : i >= n ? n - 1 : i]!
  const out = new Float64Array(n)
  let sum = 0
  for (let i = 0; i < n; i++) {
    // Summed anew at intervals, so that rounding does not grow with the length of the recording.
    if (i % 4096 === 0) {
      sum = 0
      for (let k = i - half; k <= i + half; k++) sum += at(k)
    }
    const next = at(i + half + 1)
    out[i] = (sum + part * (at(i - half - 1) + next)) / width
    sum += next - at(i - half)
  }
  return out
}

/** Widest stimulus of a pacemaker that is taken out: 6 ms. */
const SPIKE_SAMPLES = 3
/** It stands out from its neighbours by this many times what one sample in ten does: hum and noise are no stimulus. */
const SPIKE_TIMES = 6
const SPIKE_QUANTILE = 0.9
/** Every fifth sample tells what is usual. */
const SPIKE_STRIDE = 5

/**
 * Without the spikes of a pacemaker, so that QRS begins where the ventricle does: a sample far from the median of the 14 ms
 * around it becomes that median. The top of a narrow R may be cut by a little as well, which nothing here measures.
 */
function withoutSpikes(samples: Float64Array): Float64Array {
  const last = samples.length - SPIKE_SAMPLES
  const away = new Float64Array(Math.floor(samples.length / SPIKE_STRIDE))
  for (let i = 0; i < away.length; i++) {
    const at = i * SPIKE_STRIDE
    away[i] = at < SPIKE_SAMPLES || at >= last ? 0 : Math.abs(samples[at]! - medianAround(samples, at))
  }
  const limit = SPIKE_TIMES * quantile(away, SPIKE_QUANTILE)
  const out = Float64Array.from(samples)
  for (let i = SPIKE_SAMPLES; i < last; i++) {
    if (!standsOut(samples, i, limit)) continue
    const middle = medianAround(samples, i)
    if (Math.abs(samples[i]! - middle) > limit) out[i] = middle
  }
  return out
}

/** Whether the sample lies farther than `limit` from any neighbour: else it cannot lie so far from their median. */
function standsOut(samples: Float64Array, at: number, limit: number): boolean {
  const value = samples[at]!
  for (let k = at - SPIKE_SAMPLES; k <= at + SPIKE_SAMPLES; k++) {
    const away = samples[k]! - value
    if (away > limit || away < -limit) return true
  }
  return false
}

const neighbours = new Float64Array(2 * SPIKE_SAMPLES + 1)

/** Median of the samples within SPIKE_SAMPLES to either side. */
function medianAround(samples: Float64Array, centre: number): number {
  for (let k = 0; k < neighbours.length; k++) {
    const value = samples[centre - SPIKE_SAMPLES + k]!
    let at = k
    for (; at > 0 && neighbours[at - 1]! > value; at--) neighbours[at] = neighbours[at - 1]!
    neighbours[at] = value
  }
  return neighbours[SPIKE_SAMPLES]!
}

/** Central difference over +/- `reach` samples, per second. */
function gradient(samples: Float64Array, reach: number): Float64Array {
  const n = samples.length
  const out = new Float64Array(n)
  const scale = WORK_HZ / (2 * reach)
  for (let i = reach; i < n - reach; i++) out[i] = (samples[i + reach]! - samples[i - reach]!) * scale
  return out
}
