import { median } from '../signal/delineate/median.ts'
import type { BeatWaves, WaveName } from '../signal/delineation.ts'

/** Parts of a beat, in the order of time. */
export const SEGMENTS = ['p', 'pr', 'qrs', 'st', 't'] as const
export type SegmentName = (typeof SEGMENTS)[number]

/** Half-open range of samples. */
export interface Span {
  from: number
  to: number
}

type Edge = 'onset' | 'offset'

/** Between which edges a segment lies. */
const BOUNDS: Record<SegmentName, [[WaveName, Edge], [WaveName, Edge]]> = {
  p: [
    ['p', 'onset'],
    ['p', 'offset']
  ],
  pr: [
    ['p', 'offset'],
    ['qrs', 'onset']
  ],
  qrs: [
    ['qrs', 'onset'],
    ['qrs', 'offset']
  ],
  st: [
    ['qrs', 'offset'],
    ['t', 'onset']
  ],
  t: [
    ['t', 'onset'],
    ['t', 'offset']
  ]
}
/** A shorter piece is no segment. */
const SHORTEST_S = 0.008

/**
 * Where a segment lies in each beat of one lead. An edge that a beat does not show is taken from the other beats (median
 * distance from the fiducial), provided that half of them show it: a wave that is seen in a few beats only is left alone.
 *
 * @param waves the lead's waves, beat by beat @param beats fiducials, sample numbers
 * @param length samples of the lead
 * @returns spans in sample numbers, at most one a beat; empty where the lead does not show the segment
 * @example
 * segmentSpans('t', [{ t: { onset: 200, peak: 240, offset: 280, path: 'classical' } }], [100], { length: 500, rateHz: 500 })
 * // [{ from: 200, to: 281 }]
 */
export function segmentSpans(
  segment: SegmentName,
  waves: readonly BeatWaves[],
  beats: readonly number[],
  { length, rateHz }: { length: number; rateHz: number }
): Span[] {
  const [start, end] = BOUNDS[segment].map(([wave, edge]) => edgeOf(waves, beats, wave, edge)) as [Place, Place]
  return beats.flatMap((_, k): Span[] => {
    const [onset, offset] = [start(k), end(k)]
    if (onset === undefined || offset === undefined) return []
    const from = Math.max(0, Math.floor(onset))
    const to = Math.min(length, Math.ceil(offset) + 1)
    return to - from >= SHORTEST_S * rateHz ? [{ from, to }] : []
  })
}

type Place = (beat: number) => number | undefined

function edgeOf(waves: readonly BeatWaves[], beats: readonly number[], wave: WaveName, edge: Edge): Place {
  const seen = waves.flatMap((beat, k) => {
    const at = beat[wave]?.[edge]
    return at === undefined ? [] : [at - beats[k]!]
  })
  const usual = seen.length * 2 >= beats.length && seen.length > 0 ? median(seen) : undefined
  return (k) => waves[k]?.[wave]?.[edge] ?? (usual === undefined ? undefined : beats[k]! + usual)
}
