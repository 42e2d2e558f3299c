/**
 * bSQI: beats that both detectors see within the tolerance, over all beats that either sees (Li, Mark and Clifford,
 * Physiol Meas 2008;29:15, over a whole recording). 0 when neither sees any.
 *
 * @param first rising sample numbers @param second likewise @param tolerance samples
 * @example agreement([100, 300, 500], [102, 299], 75) // 0.667
 */
export function agreement(first: readonly number[], second: readonly number[], tolerance: number): number {
  let both = 0
  let i = 0
  let k = 0
  while (i < first.length && k < second.length) {
    const distance = second[k]! - first[i]!
    if (Math.abs(distance) <= tolerance) {
      both++
      i++
      k++
    } else if (distance > 0) {
      i++
    } else {
      k++
    }
  }
  const either = first.length + second.length - both
  return either === 0 ? 0 : both / either
}
