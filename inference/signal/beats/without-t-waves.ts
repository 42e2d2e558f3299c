import { median } from '../delineate/median.ts'

/** A QRS cannot follow so soon unless it is another beat (Pan and Tompkins 1985, IEEE Trans Biomed Eng 32:230). */
const SOON_S = 0.36
/** Around the fiducial: the steepest slope is sought here. */
const AROUND_S = 0.06
/** Slopes are taken over this length, against noise. */
const RISE_S = 0.012
/** A deflection with less than this part of the slope before it is the T wave of that beat. */
const FLAT = 0.5
/** Followers are steady when this part of the beats have one, and this part of those come within so much of the same delay. */
const STEADY = { beats: 0.5, share: 0.8, withinS: 0.025, fewest: 3 }

/**
 * Fiducials without those that are the T wave of the beat before them. A tall narrow T, as of a high potassium, looks like a beat
 * to a detector of energy; every beat would then count twice, and the second as ectopic.
 *
 * A follower within 360 ms is a T wave when it is less than half as steep as the beat before it (Pan and Tompkins 1985, on T-wave
 * identification), or when it comes at the same delay behind most of the beats: no ectopic beat keeps its delay to 25 ms so soon.
 * Deviation: the paper judges each candidate as it comes, and knows the first rule only.
 *
 * @param lead Float64Array mV, finite @param beats fiducials, rising sample numbers
 * @example withoutTWaves(lead, 500, [100, 240, 600, 741]) // [100, 600]
 */
export function withoutTWaves(lead: Float64Array, rateHz: number, beats: readonly number[]): number[] {
  const slopes = beats.map((at) => steepestAround(lead, at, rateHz))
  const leaders: number[] = []
  const followers: { beat: number; leader: number; delay: number }[] = []
  for (const [k, at] of beats.entries()) {
    const leader = leaders.at(-1)
    const delay = leader === undefined ? Number.POSITIVE_INFINITY : at - beats[leader]!
    if (leader !== undefined && delay <= SOON_S * rateHz) followers.push({ beat: k, leader, delay })
    else leaders.push(k)
  }
  const usual = median(followers.map(({ delay }) => delay))
  const near = followers.filter(({ delay }) => Math.abs(delay - usual) <= STEADY.withinS * rateHz)
  const isSteady =
    near.length >= STEADY.fewest &&
    near.length >= STEADY.beats * leaders.length &&
    near.length >= STEADY.share * followers.length
  const dropped = new Set(
    followers
      .filter((one) => slopes[one.beat]! < FLAT * slopes[one.leader]! || (isSteady && near.includes(one)))
      .map(({ beat }) => beat)
  )
  return beats.filter((_, k) => !dropped.has(k))
}

function steepestAround(lead: Float64Array, at: number, rateHz: number): number {
  const rise = Math.max(1, Math.round(RISE_S * rateHz))
  const from = Math.max(0, Math.round(at - AROUND_S * rateHz))
  const to = Math.min(lead.length - 1 - rise, Math.round(at + AROUND_S * rateHz))
  let steepest = 0
  for (let i = from; i <= to; i++) steepest = Math.max(steepest, Math.abs(lead[i + rise]! - lead[i]!))
  return steepest
}
