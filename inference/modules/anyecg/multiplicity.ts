import { objectOf } from '../../decision/site-json.ts'

/** Share of those called raised that may be so by chance (specs 04 section 8.4). */
export const FALSE_DISCOVERY_RATE = 0.1

/**
 * Which of several p values are small beyond chance: the largest k with p(k) <= k / m x rate, and all below (Benjamini and
 * Hochberg 1995, J R Stat Soc B 57:289).
 *
 * @example benjaminiHochberg([0.001, 0.8, 0.04]) // [true, false, true]: .04 <= 2 / 3 x .1
 */
export function benjaminiHochberg(p: readonly number[], rate = FALSE_DISCOVERY_RATE): boolean[] {
  const rising = [...p].sort((a, b) => a - b)
  const last = rising.findLastIndex((value, i) => value <= ((i + 1) / p.length) * rate)
  return p.map((value) => last >= 0 && value <= rising[last]!)
}

/** Deciles of what the tracing added in people of the reference, by label. */
export function referenceOf(asset: unknown): ReadonlyMap<string, readonly number[]> {
  const labels = objectOf(objectOf(asset)?.['labels'])
  const found = new Map<string, readonly number[]>()
  for (const [key, value] of Object.entries(labels ?? {})) {
    const deciles = Array.isArray(value) ? value : objectOf(value)?.['deciles']
    if (isRising(deciles)) found.set(key, deciles)
  }
  return found
}

/**
 * Share of the reference in whom the tracing adds as much or more. Between the nine deciles in straight lines; above the ninth
 * the tail falls on as it did from the eighth to the ninth, by half for each such step (an exponential tail: deciles say no
 * more), held to 1e-6; below the first it is 1 - 0.1 / 2.
 *
 * @param deciles 10 %, 20 % ... 90 %, rising
 * @example upperTail([1, 2, 3, 4, 5, 6, 7, 8, 9], 10) // 0.05
 */
export function upperTail(deciles: readonly number[], value: number): number {
  const [low, eighth, ninth] = [deciles[0]!, deciles[7]!, deciles[8]!]
  if (value < low) return 0.95
  if (value >= ninth) {
    const step = ninth - eighth
    return step > 0 ? Math.max(1e-6, 0.1 * 0.5 ** ((value - ninth) / step)) : value > ninth ? 1e-6 : 0.1
  }
  const above = deciles.findIndex((decile) => decile > value)
  const [from, to] = [deciles[above - 1]!, deciles[above]!]
  return 1 - (above + (value - from) / (to - from)) / 10
}

const isRising = (value: unknown): value is number[] =>
  Array.isArray(value) &&
  value.length === 9 &&
  value.every((one, i) => Number.isFinite(one) && (i === 0 || one >= (value[i - 1] as number)))
