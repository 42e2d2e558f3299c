import { median } from './median.ts'
import { P_WAVE } from './parameters.ts'
import type { LeadView } from './prepare.ts'
import { heightAt, type Window } from './slow-wave.ts'

export type Presence = 'present' | 'absent' | 'unclear'

export interface PSearch {
  /** Per beat: where all leads together show the peak of P; undefined where it has none. Samples at WORK_HZ. */
  anchors: (number | undefined)[]
  presence: Presence
}

export interface PSearchInput {
  /** Per beat: where P may lie, its end bound to the onset of QRS; undefined where there is no room. */
  rooms: readonly (Window | undefined)[]
  fiducials: readonly number[]
}

/** Beats are compared with each other in stretches of about this many, so that an episode of fibrillation stands apart. */
const STRETCH_BEATS = 20
/** Heights are taken every 4 ms backwards from the end of the room. */
const STEP = 2
const LAGS = 85
const FEWEST_LAGS = 20
/** A crest stands higher than what lies 12 ms to either side. */
const CREST = 3
const FEWEST_BEATS = 3

/**
 * Finds P before the beats, or that there is none. A P wave is what returns before each QRS in the same leads at the same
 * distance with the same sign: heights above the chord are averaged over the beats, the lag where all leads stand
 * highest is P, and each beat is correlated with the others there (over all leads at once). In atrial fibrillation and in
 * dissociation the beats have nothing in common before QRS, however tall a single f wave is.
 *
 * Coherent averaging against QRS: Simson 1981 (Circulation 64:235) for QRS itself; as evidence of P, ours.
 */
export function findPWaves(views: readonly LeadView[], { rooms, fiducials }: PSearchInput): PSearch {
  const anchors: (number | undefined)[] = rooms.map(() => undefined)
  const votes: Record<Presence, number> = { present: 0, absent: 0, unclear: 0 }
  for (const [from, to] of stretches(rooms.length)) {
    const found = findInStretch(views, {
      rooms: rooms.slice(from, to),
      fiducials: fiducials.slice(from, to)
    })
    votes[found.presence] += to - from
    found.anchors.forEach((anchor, k) => {
      anchors[from + k] = anchor
    })
  }
  const presence = (['present', 'absent', 'unclear'] as const).reduce((a, b) => (votes[b] > votes[a] ? b : a))
  return { anchors, presence }
}

/** Beats cut into stretches of nearly equal length: half-open ranges. */
export function stretches(beats: number): [number, number][] {
  const count = Math.max(1, Math.round(beats / STRETCH_BEATS))
  return Array.from({ length: count }, (_, s) => [
    Math.floor((s * beats) / count),
    Math.floor(((s + 1) * beats) / count)
  ])
}

interface Before {
  beat: number
  end: number
  lags: number
  /** Height above the chord: [lead x LAGS], lag j stands j x STEP samples before `end`. */
  heights: Float64Array
}

function findInStretch(views: readonly LeadView[], { rooms, fiducials }: PSearchInput): PSearch {
  const anchors: (number | undefined)[] = rooms.map(() => undefined)
  const before = rooms.flatMap((room, beat) => (room ? (heightsBefore(views, room, beat) ?? []) : []))
  const irregular = irregularity(fiducials)
  const none: PSearch = { anchors, presence: irregular > P_WAVE.irregular ? 'absent' : 'unclear' }
  if (before.length < FEWEST_BEATS) return { anchors, presence: 'unclear' }
  const { sum, count } = summed(before, views.length)
  const lag = tallestLag(sum, { count, leads: views.length, beats: before.length })
  if (lag === undefined) return none
  const matches = before.map((one) => match(one, { sum, count, lag, leads: views.length }))
  const alike = median(matches.map(({ still }) => still))
  if (alike < (irregular > P_WAVE.irregular ? P_WAVE.alikeIrregular : P_WAVE.alikeRegular)) return none
  matches.forEach(({ best, shift }, m) => {
    const { beat, end } = before[m]!
    if (best >= P_WAVE.alikeBeat) anchors[beat] = end - (lag + shift) * STEP
  })
  return { anchors, presence: 'present' }
}

/** Median change from one RR to the next as a part of the mean RR. */
function irregularity(fiducials: readonly number[]): number {
  const rr = fiducials.slice(1).map((at, i) => at - fiducials[i]!)
  if (rr.length < 2) return 0
  const mean = rr.reduce((sum, value) => sum + value, 0) / rr.length
  return median(rr.slice(1).map((value, i) => Math.abs(value - rr[i]!) / mean))
}

function heightsBefore(views: readonly LeadView[], room: Window, beat: number): Before | undefined {
  const lags = Math.min(LAGS, Math.floor((room.to - room.from - 2) / STEP))
  if (lags < FEWEST_LAGS) return undefined
  const heights = new Float64Array(views.length * LAGS)
  views.forEach(({ slow }, lead) => {
    for (let j = 1; j < lags; j++) {
      const at = room.to - j * STEP
      // Near its far end the room cuts the arm, and the tail of T stands high over so short a chord.
      heights[lead * LAGS + j] = heightAt(slow, at, P_WAVE.arm, room) * Math.min(1, (at - room.from) / P_WAVE.arm)
    }
  })
  return { beat, end: room.to, lags, heights }
}

/** Heights summed over the beats, and how many beats reach back to each lag. */
function summed(before: readonly Before[], leads: number): { sum: Float64Array; count: Float64Array } {
  const sum = new Float64Array(leads * LAGS)
  const count = new Float64Array(LAGS)
  for (const { heights, lags } of before) {
    for (let i = 0; i < sum.length; i++) sum[i] = sum[i]! + heights[i]!
    for (let j = 1; j < lags; j++) count[j] = count[j]! + 1
  }
  return { sum, count }
}

/** The highest crest of the averaged leads, among the lags that half of the beats reach. */
function tallestLag(
  sum: Float64Array,
  { count, leads, beats }: { count: Float64Array; leads: number; beats: number }
): number | undefined {
  const height = new Float64Array(LAGS)
  for (let j = 1; j < LAGS; j++) {
    if (count[j]! * 2 < beats || count[j]! < 2) continue
    let squares = 0
    for (let lead = 0; lead < leads; lead++) squares += (sum[lead * LAGS + j]! / count[j]!) ** 2
    height[j] = Math.sqrt(squares) * usualness((j * STEP + P_WAVE.beforeQrs) / P_WAVE.spread)
  }
  let best: number | undefined
  for (let j = CREST; j < LAGS - CREST; j++) {
    const isCrest = height[j]! >= height[j - CREST]! && height[j]! >= height[j + CREST]! && height[j + CREST]! > 0
    if (isCrest && height[j]! > (best === undefined ? 0 : height[best]!)) best = j
  }
  return best
}

/**
 * Weight of a distance between the peak of P and QRS, in spreads: of two crests of nearly one height the one at the usual
 * distance is P, and the other the valley between T and P.
 */
const usualness = (distance: number): number => Math.exp(-((distance - P_WAVE.usual / P_WAVE.spread) ** 2) / 2)

/** How much one beat is like the mean of the others around `lag`: in place, and at the best shift within the drift. */
function match(
  one: Before,
  { sum, count, lag, leads }: { sum: Float64Array; count: Float64Array; lag: number; leads: number }
): { still: number; best: number; shift: number } {
  const reach = P_WAVE.compare / STEP
  const drift = P_WAVE.drift / STEP
  const from = Math.max(1, lag - reach)
  const to = Math.min(LAGS - 1, lag + reach)
  let still = 0
  let best = -1
  let shift = 0
  for (let s = -drift; s <= drift; s++) {
    let xy = 0
    let xx = 0
    let yy = 0
    for (let lead = 0; lead < leads; lead++) {
      for (let j = from; j <= to; j++) {
        const at = lead * LAGS + j
        const x = j + s > 0 && j + s < LAGS ? one.heights[at + s]! : 0
        const y = (sum[at]! - one.heights[at]!) / Math.max(1, count[j]! - 1)
        xy += x * y
        xx += x * x
        yy += y * y
      }
    }
    const correlation = xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : 0
    if (s === 0) still = correlation
    if (correlation > best) {
      best = correlation
      shift = s
    }
  }
  return { still, best, shift }
}
