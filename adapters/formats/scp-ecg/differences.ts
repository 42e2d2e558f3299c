/**
 * Undoes the differences of a lead, EN 1064 sections 5.8.3 and 5.9.3 (byte 5): 0 none, 1 first, 2 second. The first sample,
 * for second differences the first two, stand as they are. Sums are kept to 16 bits in two's complement, the size of a sample
 * in the standard, so that a writer's overflow is undone as it was made.
 *
 * @example undoDifferences(Int32Array.of(5, 7, 1, -2), 2) // 5 7 10 11
 */
export function undoDifferences(numbers: Int32Array, order: 0 | 1 | 2): Int32Array {
  const samples = numbers.slice()
  for (let n = order; n < samples.length; n++) {
    const before = order === 0 ? 0 : order === 1 ? samples[n - 1]! : 2 * samples[n - 1]! - samples[n - 2]!
    samples[n] = toInt16(numbers[n]! + before)
  }
  for (let n = 0; n < Math.min(order, samples.length); n++) samples[n] = toInt16(numbers[n]!)
  return samples
}

const toInt16 = (number: number): number => (number << 16) >> 16
