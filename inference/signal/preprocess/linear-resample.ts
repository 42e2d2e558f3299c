/**
 * Straight lines between the samples, first onto first and last onto last, as the published preprocessing does it
 * (numpy.interp over two linspace axes with both ends).
 *
 * @param samples Float64Array, at least one
 * @param length samples wanted
 * @example linearResample(Float64Array.of(0, 2), 3) // [0, 1, 2]
 */
export function linearResample(samples: Float64Array, length: number): Float64Array {
  if (length === samples.length) return Float64Array.from(samples)
  const last = samples.length - 1
  return Float64Array.from({ length }, (_, i) => {
    const position = length === 1 ? 0 : (i * last) / (length - 1)
    const below = Math.min(last, Math.floor(position))
    const share = position - below
    // A weight of 0 must not bring in a missing neighbour.
    return share === 0 ? samples[below]! : samples[below]! + share * (samples[below + 1]! - samples[below]!)
  })
}
