/** QRS is compared over this much to each side of the fiducial, and may lie off it by this much. */
const AROUND_S = 0.06
const OFF_S = 0.016
/** Each round aligns the beats to their mean of the round before; the second changes little. */
const ROUNDS = 2

/**
 * Fiducials moved so that the QRS complexes lie on each other: each beat at the shift where the gradients of all leads
 * correlate best with their mean over the beats. The gradient does not see the level, and is largest in QRS.
 * Alignment by correlation: Jane et al. 1991 (IEEE Trans Biomed Eng 38:571).
 *
 * @param leads mV, NaN where missing (counts as no movement)
 * @param at fiducials, sample numbers
 * @returns same order, each within 16 ms of where it was
 */
export function alignedAt(leads: readonly Float64Array[], at: readonly number[], rateHz: number): number[] {
  const around = Math.round(AROUND_S * rateHz)
  const off = Math.max(1, Math.round(OFF_S * rateHz))
  const gradient = (lead: Float64Array, i: number): number => {
    const step = (lead[i + 1] ?? Number.NaN) - (lead[i - 1] ?? Number.NaN)
    return Number.isFinite(step) ? step : 0
  }
  const window = 2 * (around + off) + 1
  const pieces = at.map((peak) =>
    leads.map((lead) => Float64Array.from({ length: window }, (_, i) => gradient(lead, peak - around - off + i)))
  )
  let shifts = at.map(() => 0)
  for (let round = 0; round < ROUNDS; round++) {
    const mean = leads.map((_, l) =>
      Float64Array.from({ length: 2 * around + 1 }, (_, i) =>
        pieces.reduce((sum, piece, b) => sum + piece[l]![off + shifts[b]! + i]!, 0)
      )
    )
    shifts = pieces.map((piece) => bestShift(piece, mean, off))
  }
  return at.map((peak, b) => peak + shifts[b]!)
}

function bestShift(piece: readonly Float64Array[], mean: readonly Float64Array[], off: number): number {
  let best = 0
  let most = Number.NEGATIVE_INFINITY
  for (let shift = -off; shift <= off; shift++) {
    let product = 0
    mean.forEach((line, l) => {
      for (let i = 0; i < line.length; i++) product += line[i]! * piece[l]![off + shift + i]!
    })
    // Of equal shifts the smallest: a beat without any movement stays where it is.
    if (product > most + 1e-12 || (product >= most - 1e-12 && Math.abs(shift) < Math.abs(best))) {
      most = Math.max(most, product)
      best = shift
    }
  }
  return best
}
