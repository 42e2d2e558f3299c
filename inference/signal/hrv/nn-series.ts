import type { ClassedBeat } from '../delineation.ts'

/** Consecutive normal-to-normal intervals: no beat is missing and none is ectopic between its first and its last. */
export interface NnRun {
  /** Time of the run's first beat, s from the start of the recording. */
  fromS: number
  /** Intervals in ms; the k-th ends at fromS plus the sum of the first k + 1. */
  rr: Float64Array
}

/** The NN intervals of a recording. What lies between two runs (ectopic beat, gap) is left out and never bridged. */
export type NnSeries = readonly NnRun[]

/** Intervals outside these limits are missed or doubled beats. */
const SHORTEST_MS = 250
const LONGEST_MS = 3000
/** An interval this much longer or shorter than the median of its neighbourhood (11 intervals) is not taken for NN. */
const JUMP = 0.45
const NEIGHBOURS = 5

/**
 * The NN intervals of classed beats. Task Force of the ESC and NASPE 1996 (Circulation 93:1043), section "Editing of the RR
 * interval sequence".
 *
 * An interval counts when both its beats are normal and no gap lies between them (ClassedBeat.rrMs is there).
 * Deviation: an interval 45 % off the median of its eleven neighbours is left out too, since a beat that the detector missed
 * leaves two normal beats with a double interval; `anyRhythm` keeps those, for atrial fibrillation.
 *
 * @param beats in time order; `at` in samples
 * @returns runs of at least one interval
 * @example selectNn([0, 500, 1000].map((at, i) => ({ at, kind: 'normal', template: 0, correlation: 1, ...(i ? { rrMs: 1000 } : {}) })), 500)[0].rr // 1000, 1000
 */
export function selectNn(
  beats: readonly ClassedBeat[],
  rateHz: number,
  { anyRhythm = false }: { anyRhythm?: boolean } = {}
): NnSeries {
  const usual = anyRhythm ? undefined : localMedians(beats)
  const runs: { fromS: number; rr: number[] }[] = []
  let open = false
  beats.forEach(({ kind, rrMs }, k) => {
    const before = beats[k - 1]
    const counts =
      kind === 'normal' && before?.kind === 'normal' && rrMs !== undefined && rrMs >= SHORTEST_MS && rrMs <= LONGEST_MS
    if (!counts || (usual && Math.abs(rrMs - usual[k]!) > JUMP * usual[k]!)) {
      open = false
      return
    }
    if (!open) runs.push({ fromS: before.at / rateHz, rr: [] })
    open = true
    runs.at(-1)!.rr.push(rrMs)
  })
  return runs.map(({ fromS, rr }) => ({ fromS, rr: Float64Array.from(rr) }))
}

function localMedians(beats: readonly ClassedBeat[]): number[] {
  return beats.map((_, k) => {
    const near = beats.slice(Math.max(0, k - NEIGHBOURS), k + NEIGHBOURS + 1).flatMap(({ rrMs }) => rrMs ?? [])
    near.sort((a, b) => a - b)
    return near[near.length >> 1] ?? Number.NaN
  })
}

/** One run out of intervals that are known to follow each other. */
export const nnOf = (rr: ArrayLike<number>, fromS = 0): NnSeries => [{ fromS, rr: Float64Array.from(rr) }]

/** All NN intervals, ms, in time order. */
export function intervals(nn: NnSeries): Float64Array {
  const out = new Float64Array(nn.reduce((n, { rr }) => n + rr.length, 0))
  let at = 0
  for (const { rr } of nn) {
    out.set(rr, at)
    at += rr.length
  }
  return out
}

/** Differences of successive intervals, ms, within runs only. */
export function differences(nn: NnSeries): Float64Array {
  const out: number[] = []
  for (const { rr } of nn) for (let i = 1; i < rr.length; i++) out.push(rr[i]! - rr[i - 1]!)
  return Float64Array.from(out)
}

/** The run with most intervals, for indices that need an unbroken sequence; empty where there is none. */
export const longestRun = (nn: NnSeries): Float64Array =>
  nn.reduce<Float64Array>((best, { rr }) => (rr.length > best.length ? rr : best), new Float64Array(0))

/** Seconds that NN intervals cover. */
export const coveredS = (nn: NnSeries): number => intervals(nn).reduce((sum, rr) => sum + rr, 0) / 1000

/** Seconds from the first beat of the first run to the last beat of the last run. */
export function spanS(nn: NnSeries): number {
  const last = nn.at(-1)
  if (!last) return 0
  return last.fromS + last.rr.reduce((sum, rr) => sum + rr, 0) / 1000 - nn[0]!.fromS
}
