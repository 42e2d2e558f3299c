import type { Candidate } from './candidate-stream.ts'
import { middleOf } from './middle-of.ts'

/** The surroundings of a candidate are known anew every so often, from this far to each side. */
const STEP_S = 2
const SIDE_S = 6
/** Heights from this part of the local level on are taken for complexes when level, noise and rate are learned. */
const CLEARLY_HIGH = 0.4
/** The threshold lies between complexes and noise at equal ratios, within these bounds. */
const LEAST_THRESHOLD = 0.18
const MOST_THRESHOLD = 0.5
/** What a candidate can add to or take from a sequence of beats: bounds of log(height / threshold). */
const MOST_GAIN = 1
const MOST_LOSS = 1.5
/** 300/min. */
const REFRACTORY_S = 0.2
/** Within this time after a complex a lower one may be its T wave. */
const T_WAVE_S = 0.36
const T_WAVE_HEIGHT = 0.6
const T_WAVE_COST = 0.7
/** Part of the local RR under which a beat is early, and over which one may be missing; and what each costs. */
const EARLY = 0.7
const EARLY_COST = 1.5
const LATE = 1.35
const LATE_COST = 1
/** A silence that ends the sequence: what comes after is judged on its own. */
const SILENCE_S = 5
/** What is older than this is settled, at the latest after twice the time. */
const OPEN_S = 4
/** The beat before is looked for this far back, at slow rates twice the local RR, unless nothing is nearer. */
const BACK_S = 3

export interface BeatDecision {
  /** @param upToS time, in seconds, up to which all candidates are known */
  push(candidates: readonly Candidate[], upToS: number): Candidate[]
  flush(): Candidate[]
}

interface Surroundings {
  threshold: number
  rrS: number
}

/**
 * Which candidates are beats: the sequence with the largest sum of log(height / threshold) less the cost of intervals
 * that are too short, that look like a T wave, or in which a beat seems missing (dynamic programming over the
 * candidates of the last seconds; Viterbi 1967). It holds in one rule what Pan and Tompkins (1985) do in four: adaptive
 * threshold, refractory time, T-wave discrimination and search-back. Level, noise and rate are learned from both sides.
 */
export function createBeatDecision(rateHz: number): BeatDecision {
  /** Candidates that may still be looked at, oldest first; `next` is the first that was not weighed yet. */
  const known: Candidate[] = []
  let next = 0
  let step = Number.NaN
  let around: Surroundings = { threshold: LEAST_THRESHOLD, rrS: 1 }
  /** The sequence so far: candidates whose part in it is open. */
  let open: { candidate: Candidate; atS: number; best: number; previous: number }[] = []
  let lastBeat: Candidate | undefined
  /** First candidates after gaps that no beat was taken from yet. */
  let afterGaps: number[] = []
  const heights = new Float64Array(1024)
  const noises = new Float64Array(1024)
  const intervals = new Float64Array(1024)

  function push(candidates: readonly Candidate[], upToS: number): Candidate[] {
    for (const candidate of candidates) known.push(candidate)
    const beats: Candidate[] = []
    while (next < known.length && (Math.floor(known[next]!.at / rateHz / STEP_S) + 1) * STEP_S + SIDE_S <= upToS) {
      weigh(known[next]!, beats)
      next++
    }
    const last = open.at(-1)
    const quietTo = next < known.length ? known[next]!.at / rateHz : upToS - SIDE_S - STEP_S
    if (last && quietTo - last.atS > SILENCE_S) settle(beats)
    return beats
  }

  function flush(): Candidate[] {
    const beats = push([], Number.POSITIVE_INFINITY)
    settle(beats)
    return beats
  }

  function weigh(candidate: Candidate, beats: Candidate[]): void {
    const atS = candidate.at / rateHz
    const last = open.at(-1)
    if (candidate.afterGap) afterGaps.push(candidate.at)
    if (last && (candidate.afterGap || atS - last.atS > SILENCE_S)) settle(beats)
    const here = Math.floor(atS / STEP_S)
    if (here !== step) {
      step = here
      forget((here * STEP_S - SIDE_S) * rateHz)
      around = surroundings(((here + 1) * STEP_S + SIDE_S) * rateHz)
    }
    const gain = Math.max(-MOST_LOSS, Math.min(MOST_GAIN, Math.log(candidate.height / around.threshold)))
    let best = Number.NEGATIVE_INFINITY
    let previous = -1
    const reach = Math.max(BACK_S, 2 * around.rrS)
    for (let k = open.length - 1; k >= 0; k--) {
      const before = open[k]!
      const interval = atS - before.atS
      if (interval > reach && previous >= 0) break
      if (interval < REFRACTORY_S || before.best === Number.NEGATIVE_INFINITY) continue
      const value = before.best - cost(interval, before.candidate.height, candidate.height)
      if (value > best) {
        best = value
        previous = k
      }
    }
    // Nothing before is better than a bad beginning, unless a beat before is settled.
    if (!lastBeat && best < 0) previous = -1
    open.push({ candidate, atS, best: gain + (previous < 0 ? 0 : best), previous })
    // A candidate that could follow nothing may not throw away a sequence that is settled.
    if (previous < 0 && lastBeat && open.length > 1) open.at(-1)!.best = Number.NEGATIVE_INFINITY
    if (atS - open[0]!.atS > 2 * OPEN_S) settleOlder(atS - OPEN_S, beats)
  }

  function cost(interval: number, before: number, height: number): number {
    let sum = 0
    if (interval < T_WAVE_S) {
      if (height < T_WAVE_HEIGHT * before) sum += T_WAVE_COST
      else if (before < T_WAVE_HEIGHT * height) sum += T_WAVE_COST / 2
    }
    const ratio = interval / around.rrS
    if (ratio < EARLY) sum += EARLY_COST * (EARLY - ratio)
    else if (ratio > LATE) sum += LATE_COST * Math.log(ratio / LATE)
    return sum
  }

  function forget(before: number): void {
    let n = 0
    while (n < next && known[n]!.at < before) n++
    known.splice(0, n)
    next -= n
  }

  /** @param to sample up to which they reach */
  function surroundings(to: number): Surroundings {
    let high = 0
    let low = 0
    let rr = 0
    for (const { at, height } of known) {
      if (at > to || high >= heights.length) break
      if (height >= CLEARLY_HIGH) heights[high++] = height
    }
    const level = high > 0 ? Math.min(1, middleOf(heights, high)) : 1
    let last = Number.NaN
    for (const { at, height, afterGap } of known) {
      if (at > to || low >= noises.length || rr >= intervals.length) break
      if (afterGap) last = Number.NaN
      if (height >= CLEARLY_HIGH * level) {
        if (at - last > REFRACTORY_S * rateHz) intervals[rr++] = (at - last) / rateHz
        last = at
      } else {
        noises[low++] = height
      }
    }
    const noise = low > 2 ? middleOf(noises, low) : 0.05
    return {
      threshold: Math.min(MOST_THRESHOLD, Math.max(LEAST_THRESHOLD, Math.sqrt(level * noise))),
      rrS: rr > 0 ? Math.min(2, middleOf(intervals, rr)) : 1
    }
  }

  /** The best sequence through all that is open. */
  function best(): number[] {
    let end = -1
    for (let k = 0; k < open.length; k++) if (end < 0 || open[k]!.best > open[end]!.best) end = k
    const path: number[] = []
    for (let k = end; k >= 0; k = open[k]!.previous) path.push(k)
    return path.reverse()
  }

  function settle(beats: Candidate[]): void {
    for (const k of best()) take(open[k]!.candidate, beats)
    open = []
    lastBeat = undefined
  }

  /** Settles what is older; what does not go through its last beat is out. */
  function settleOlder(thanS: number, beats: Candidate[]): void {
    const older = open.findIndex(({ atS }) => atS >= thanS)
    const settled = best().filter((k) => k < older)
    const anchor = settled.at(-1)
    if (anchor === undefined) {
      open = open.slice(older).map((state) => ({ ...state, previous: Math.max(-1, state.previous - older) }))
      return
    }
    for (const k of settled) take(open[k]!.candidate, beats)
    const through = open.map(() => false)
    through[anchor] = true
    const kept = open.slice(anchor).map((state, n) => {
      const k = anchor + n
      if (k !== anchor) through[k] = state.previous >= anchor && through[state.previous] === true
      return { ...state, previous: k === anchor ? -1 : state.previous - anchor }
    })
    kept.forEach((state, n) => {
      if (!through[anchor + n]) {
        state.best = Number.NEGATIVE_INFINITY
        state.previous = -1
      }
    })
    open = kept
    lastBeat = open[0]!.candidate
  }

  function take(candidate: Candidate, beats: Candidate[]): void {
    if (candidate === lastBeat) return
    const afterGap = afterGaps.some((at) => at <= candidate.at)
    if (afterGap) afterGaps = afterGaps.filter((at) => at > candidate.at)
    beats.push(afterGap === candidate.afterGap ? candidate : { ...candidate, afterGap })
  }

  return { push, flush }
}
