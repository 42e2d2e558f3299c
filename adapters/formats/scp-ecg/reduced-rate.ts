import type { ProtectedZone } from './sections/section-4.ts'

/** A stretch of a lead, `length` samples at the full rate. */
export interface Stretch {
  isReduced: boolean
  length: number
}

/**
 * How a lead of samples first..last lies in the bimodal data of section 6: at the full rate in the protected zones, else
 * reduced. EN 1064 Annex C.5.
 */
export function stretchesOf(first: number, last: number, zones: readonly ProtectedZone[]): Stretch[] {
  const stretches: Stretch[] = []
  let next = first
  const until = (end: number, isReduced: boolean): void => {
    if (end > next) stretches.push({ isReduced, length: end - next })
    next = Math.max(next, end)
  }
  for (const { from, to } of zones) {
    until(Math.min(from, last + 1), true)
    until(Math.min(to, last) + 1, false)
  }
  until(last + 1, true)
  return stretches
}

/** Stored numbers of a stretch: one for each whole group of `factor`, and what is left over as it is. */
const storedOf = ({ isReduced, length }: Stretch, factor: number): number =>
  isReduced ? Math.floor(length / factor) + (length % factor) : length

export const storedLength = (stretches: readonly Stretch[], factor: number): number =>
  stretches.reduce((sum, stretch) => sum + storedOf(stretch, factor), 0)

/**
 * Bimodal data at the full rate. A stored number is the mean of `factor` samples and stands in their middle: the first half
 * group repeats the first number, then straight lines lead from each to the next, the last half group repeats the last.
 * Samples that filled no group were stored as they are.
 *
 * @returns numbers that may be fractions of a bit
 * Deviation: the smoothing that the standard suggests after this is left to whoever filters; it would change what was stored.
 * @example toFullRate(Int32Array.of(0, 4, 9), [{ isReduced: true, length: 9 }], 4) // 0 0 0 1 2 3 4 4 9
 */
export function toFullRate(stored: Int32Array, stretches: readonly Stretch[], factor: number): Float64Array {
  const full = new Float64Array(stretches.reduce((sum, { length }) => sum + length, 0))
  let read = 0
  let write = 0
  const copy = (count: number): void => {
    for (let n = 0; n < count; n++) full[write++] = stored[read++]!
  }
  for (const { isReduced, length } of stretches) {
    if (!isReduced) {
      copy(length)
      continue
    }
    const groups = Math.floor(length / factor)
    for (let group = 0; group < groups; group++) {
      const value = stored[read + group]!
      const step = group + 1 < groups ? (stored[read + group + 1]! - value) / factor : 0
      if (group === 0) for (let n = 0; n < factor / 2; n++) full[write++] = value
      const count = group + 1 < groups ? factor : factor / 2
      for (let n = 0; n < count; n++) full[write++] = value + n * step
    }
    read += groups
    copy(length % factor)
  }
  return full
}
