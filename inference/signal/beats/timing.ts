/** RR intervals to each side that make up the local RR. */
const AROUND = 5
/** An RR lies near the local one within this part of it. */
const NEAR = 0.12

export interface BeatTiming {
  /** RR to the beat before, ms; absent for the first and where all leads lost a sample in between. */
  rrMs?: number
  /** That RR over the local RR (median of the eleven around); 1 where it is not known. */
  early: number
  /** The RR after over the local RR; 1 where it is not known. */
  pause: number
  /** Share of the RR around that lie within 12 % of the local one. */
  regular: number
}

/**
 * How each beat stands in time among its neighbours.
 *
 * @param leads Float64Array each, mV; NaN where missing @param beats fiducials, rising sample numbers
 */
export function beatTiming(leads: readonly Float64Array[], rateHz: number, beats: readonly number[]): BeatTiming[] {
  const rr = beats.map((at, i) =>
    i === 0 || lost(leads, beats[i - 1]!, at) ? undefined : ((at - beats[i - 1]!) / rateHz) * 1000
  )
  return beats.map((_, i) => {
    const near = rr.slice(Math.max(0, i - AROUND), i + AROUND + 1).filter((value) => value !== undefined)
    const local = near.length < 3 ? undefined : near.sort((a, b) => a - b)[near.length >> 1]!
    const over = (value: number | undefined): number => (value === undefined || local === undefined ? 1 : value / local)
    const close = near.filter((value) => Math.abs(over(value) - 1) <= NEAR).length
    return {
      ...(rr[i] === undefined ? {} : { rrMs: rr[i] }),
      early: over(rr[i]),
      pause: over(rr[i + 1]),
      regular: near.length === 0 ? 0 : close / near.length
    }
  })
}

/** Is there a sample that no lead has? */
function lost(leads: readonly Float64Array[], from: number, to: number): boolean {
  for (let i = from; i <= to; i++) {
    let present = false
    for (let l = 0; l < leads.length && !present; l++) present = Number.isFinite(leads[l]![i]!)
    if (!present) return true
  }
  return false
}
