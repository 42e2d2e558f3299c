/**
 * Kurtosis of the samples that are there: 3 for Gaussian noise, far more for an ECG, whose complexes are short and high
 * (Clifford et al., Physiol Meas 2012;33:1419: the index kSQI). A wandering baseline brings it down: take it off first.
 *
 * @param samples Float64Array, any unit; NaN is left out
 * @returns fourth standardised moment; NaN when nothing varies
 * @example kurtosis(Float64Array.of(1, -1, 1, -1)) // 1
 */
export function kurtosis(samples: Float64Array): number {
  let n = 0
  let sum = 0
  for (let i = 0; i < samples.length; i++) {
    const value = samples[i]!
    if (Number.isNaN(value)) continue
    n++
    sum += value
  }
  const mean = sum / n
  let second = 0
  let fourth = 0
  for (let i = 0; i < samples.length; i++) {
    const value = samples[i]!
    if (Number.isNaN(value)) continue
    const square = (value - mean) ** 2
    second += square
    fourth += square * square
  }
  return second > 0 ? (n * fourth) / (second * second) : Number.NaN
}
