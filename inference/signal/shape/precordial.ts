/** R and S heights of V1 ... V6 in mV, both positive; 0 where the complex has no such wave. */
export interface RsPair {
  r: number
  s: number
}

export type TransitionLead = 'V1' | 'V2' | 'V3' | 'V4' | 'V5' | 'V6' | 'beyond-V6'

/**
 * Transition lead: the first of V1 ... V6 where R is at least as high as S is deep (Surawicz B, Knilans T, Chou's
 * Electrocardiography in Clinical Practice, 6th ed. 2008, chapter 1; normal V3 or V4).
 *
 * @param pairs V1 ... V6
 * @example transitionLead([{ r: 0.2, s: 1 }, { r: 0.5, s: 1.2 }, { r: 1, s: 0.9 }, ...]) // 'V3'
 */
export function transitionLead(pairs: readonly RsPair[]): TransitionLead {
  const first = pairs.findIndex(({ r, s }) => r >= s)
  if (first < 0) return 'beyond-V6'
  return `V${first + 1}` as TransitionLead
}

/**
 * Transition zone as a number: where R / (R + S) passes one half between two neighbouring leads, by straight line; 3.5 lies
 * between V3 and V4. 1 when V1 has passed it already, NaN when no lead does.
 * Ours, so that small rotations of the heart between two tracings show.
 *
 * @example transitionZone([{ r: 0, s: 1 }, { r: 1, s: 3 }, { r: 3, s: 1 }, ...]) // 2.5
 */
export function transitionZone(pairs: readonly RsPair[]): number {
  const share = pairs.map(({ r, s }) => (r + s > 0 ? r / (r + s) : Number.NaN))
  const first = share.findIndex((value) => value >= 0.5)
  if (first <= 0) return first === 0 ? 1 : Number.NaN
  const [a, b] = [share[first - 1]!, share[first]!]
  return first + (0.5 - a) / (b - a)
}

/** Poor from here down: R in V3 (Zema MJ, Kligfield P 1979, J Electrocardiol 12:3). */
const POOR_V3_MV = 0.3
/** A lower R than in the lead before counts as a fall from here on. */
const FALL_MV = 0.05

/**
 * Growth of R from V1 to V4: 'reversed' when R falls from V1 to V2, V2 to V3 or V3 to V4 while it is still below 1 mV, else
 * 'poor' when R in V3 is at most 0.3 mV, else 'normal' (Zema MJ, Kligfield P 1979, J Electrocardiol 12:3).
 *
 * Deviation: a fall counts from 0.05 mV on and only where the higher R stays under 1 mV: a tall R is no loss of progression.
 * @param pairs V1 ... V6
 */
export function rProgression(pairs: readonly RsPair[]): 'normal' | 'poor' | 'reversed' {
  for (let lead = 1; lead <= 3; lead++) {
    const before = pairs[lead - 1]!.r
    if (before < 1 && pairs[lead]!.r < before - FALL_MV) return 'reversed'
  }
  return pairs[2]!.r <= POOR_V3_MV ? 'poor' : 'normal'
}
