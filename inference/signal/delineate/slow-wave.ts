import type { SlowWaveParameters } from './parameters.ts'
import type { LeadView } from './prepare.ts'

export interface Window {
  from: number
  to: number
}

/**
 * Height above the chord: the value less the straight line between the values `arm` samples before and after, arms cut at
 * the window's ends. A straight drift and any level give 0; a wave of either sign gives its height, largest at its peak.
 * It is a second difference at the scale of the wave: the cheap form of a wavelet with two vanishing moments (the
 * quadratic spline wavelet of Martinez et al. 2004, IEEE Trans Biomed Eng 51:570, has one; its zero crossing is this
 * one's extremum).
 */
export function heightAt(values: Float64Array, i: number, arm: number, { from, to }: Window): number {
  const a = Math.max(from, i - arm)
  const b = Math.min(to, i + arm)
  if (b <= a) return 0
  return values[i]! - (values[a]! * (b - i) + values[b]! * (i - a)) / (b - a)
}

/** Where the leads together stand highest above their chords (root of the sum of squares), and how high, mV. */
export function tallest(
  views: readonly LeadView[],
  window: Window,
  arm: number
): { at: number; height: number } | undefined {
  let best: { at: number; height: number } | undefined
  for (let i = window.from + 2; i <= window.to - 2; i += 2) {
    let sum = 0
    for (const { slow } of views) sum += heightAt(slow, i, arm, window) ** 2
    sum *= Math.min(1, (i - window.from) / arm) ** 2
    const height = Math.sqrt(sum)
    if (!best || height > best.height) best = { at: i, height }
  }
  return best
}

export interface SlowWave {
  onset?: number
  peak: number
  offset?: number
  /** Signed height above the chord at the peak, mV. */
  height: number
}

/** A slow wave (P or T, either sign) of one lead, near where all leads show it. */
export function slowWaveOfLead(
  view: LeadView,
  { anchor, window, parameters }: { anchor: number; window: Window; parameters: SlowWaveParameters }
): SlowWave {
  const { slow, slowSlope } = view
  const { arm, near, before, after, onsetPart, offsetPart } = parameters
  const lower = Math.max(window.from + 1, anchor - near)
  const upper = Math.min(window.to - 1, anchor + near)
  let peak = anchor
  let height = 0
  for (let i = lower; i <= upper; i++) {
    const h = heightAt(slow, i, arm, window) * Math.min(1, (i - window.from) / arm)
    if (Math.abs(h) > Math.abs(height)) {
      height = h
      peak = i
    }
  }
  const sign = height < 0 ? -1 : 1
  // From the highest chord to the true extremum nearby: tilt moves it little, but a reader marks the extremum.
  let crest = peak
  for (let i = Math.max(lower, peak - 12); i <= Math.min(upper, peak + 12); i++)
    if (sign * slow[i]! > sign * slow[crest]!) crest = i
  return {
    ...edgeOf(slowSlope, {
      peak: crest,
      limit: Math.max(window.from, crest - before),
      sign,
      step: -1,
      part: onsetPart,
      name: 'onset'
    }),
    peak: crest,
    ...edgeOf(slowSlope, {
      peak: crest,
      limit: Math.min(window.to, crest + after),
      sign,
      step: 1,
      part: offsetPart,
      name: 'offset'
    }),
    height
  }
}

/** Down the flank from the peak: past its steepest point, to where the slope has fallen to `part` of that. */
function edgeOf(
  slope: Float64Array,
  o: { peak: number; limit: number; sign: number; step: 1 | -1; part: number; name: 'onset' | 'offset' }
): Partial<Record<'onset' | 'offset', number>> {
  const fall = (i: number): number => -o.sign * o.step * slope[i]!
  let steepest = o.peak
  let i = o.peak
  for (; (o.limit - i) * o.step >= 0; i += o.step) {
    const f = fall(i)
    if (f > fall(steepest)) steepest = i
    // Beyond the foot the flank has turned: what follows is another wave.
    else if (f <= 0 && fall(steepest) > 0 && Math.abs(i - o.peak) > 6) break
  }
  const top = fall(steepest)
  if (top <= 0) return {}
  for (i = steepest; (o.limit - i) * o.step >= 0; i += o.step) if (fall(i) <= o.part * top) return { [o.name]: i }
  return { [o.name]: o.limit }
}
