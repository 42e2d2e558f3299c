/**
 * Pairs what people marked with what was found: nearest pairs first, each mark once, none farther apart than the tolerance.
 *
 * @param reference positions that count as true @param found positions to be judged; any order, one unit for all
 * @returns pairs of indices [reference, found]
 * @example matched([100, 500], [104, 90, 700], 150) // [[0, 0]]
 */
export function matched(
  reference: readonly number[],
  found: readonly number[],
  tolerance: number
): [reference: number, found: number][] {
  const order = found.map((_, j) => j).sort((a, b) => found[a]! - found[b]!)
  const sorted = order.map((j) => found[j]!)
  const near: { away: number; i: number; j: number }[] = []
  reference.forEach((at, i) => {
    for (let s = firstFrom(sorted, at - tolerance); s < sorted.length && sorted[s]! <= at + tolerance; s++)
      near.push({ away: Math.abs(sorted[s]! - at), i, j: order[s]! })
  })
  near.sort((a, b) => a.away - b.away || a.i - b.i || a.j - b.j)
  const takenReference = new Set<number>()
  const takenFound = new Set<number>()
  const pairs: [number, number][] = []
  for (const { i, j } of near) {
    if (takenReference.has(i) || takenFound.has(j)) continue
    takenReference.add(i)
    takenFound.add(j)
    pairs.push([i, j])
  }
  return pairs.sort((a, b) => a[0] - b[0])
}

/** First index whose value is at least `least`, of rising values. */
function firstFrom(values: readonly number[], least: number): number {
  let low = 0
  let high = values.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (values[middle]! < least) low = middle + 1
    else high = middle
  }
  return low
}
