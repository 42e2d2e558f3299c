import { notch } from '../../../signal/filter/notch.ts'
import { filterZeroPhase } from '../../../signal/filter/zero-phase.ts'
import { resample } from '../../../signal/resample.ts'

/** Rate and length of the network's input (contract `ecg-delineator/1`). */
export const NETWORK_HZ = 250
export const WINDOW = 2496
/** Samples that neighbouring windows share: 2 s, so that a wave near the edge of one is well inside the other. */
const OVERLAP = 500
/** 10 s at 250 Hz are 2,500 samples: up to this many are given up at the ends instead of a second window. */
const TRIM = 8

/** Mains of both worlds, taken out of what the network is shown: 0.1 mV of it moved edges by up to 50 ms. */
const MAINS = [notch(50, NETWORK_HZ, { q: 10 }), notch(60, NETWORK_HZ, { q: 10 })]

/** Where the windows of a lead of `length` samples (250 Hz) begin; the first may begin before 0, and is padded there. */
export function windowStarts(length: number): number[] {
  if (length <= WINDOW + TRIM) return [Math.max(0, Math.floor((length - WINDOW) / 2))]
  const starts: number[] = []
  for (let start = 0; start < length - WINDOW; start += WINDOW - OVERLAP) starts.push(start)
  starts.push(length - WINDOW)
  return starts
}

/**
 * A lead at 250 Hz; missing samples are bridged by a straight line, because the resampling kernel would spread them.
 * What lies in a gap is not measured: `inGap` of marks.ts drops it.
 *
 * @param samples mV at rateHz; NaN where missing
 */
export function toNetworkRate(samples: Float64Array, rateHz: number): Float64Array {
  return filterZeroPhase(MAINS, resample(withoutGaps(samples), { fromHz: rateHz, toHz: NETWORK_HZ }))
}

/** The samples with every run of NaN replaced by the line between its neighbours (0 where there is none). */
export function withoutGaps(samples: Float64Array): Float64Array {
  if (samples.every(Number.isFinite)) return samples
  const out = Float64Array.from(samples)
  let last = -1
  for (let i = 0; i <= out.length; i++) {
    if (i < out.length && !Number.isFinite(out[i]!)) continue
    if (i - last > 1) {
      const left = last >= 0 ? out[last]! : (out[i] ?? 0)
      const right = i < out.length ? out[i]! : left
      for (let k = last + 1; k < i; k++) out[k] = left + ((right - left) * (k - last)) / (i - last)
    }
    last = i
  }
  return out
}

/** Copies the window that begins at `start` into `into` at `offset`; outside the lead its edge value is repeated. */
export function cutWindow(lead: Float64Array, start: number, into: Float32Array, offset: number): void {
  for (let i = 0; i < WINDOW; i++) {
    into[offset + i] = lead[Math.max(0, Math.min(lead.length - 1, start + i))] ?? 0
  }
}

/** Of the windows that cover a sample, the one in which it lies furthest from an end answers. */
export function ownerOf(starts: readonly number[], length: number): { window: number; from: number; to: number }[] {
  return starts.map((start, window) => {
    const before = starts[window - 1]
    const after = starts[window + 1]
    return {
      window,
      from: before === undefined ? 0 : Math.ceil((start + before + WINDOW) / 2),
      to: after === undefined ? length : Math.ceil((after + start + WINDOW) / 2)
    }
  })
}
