/**
 * Leads III, aVR, aVL, aVF of an XLI recording, which stores what is left of them after they are predicted from I and II:
 *
 * III = II - I - residual               aVL = trunc((I - III) / 2) - residual
 * aVR = -trunc((I + II) / 2) - residual aVF = trunc((II + III) / 2) - residual
 *
 * in counts, halves cut towards zero. Signs and rounding were established on a public record: README.
 *
 * @param counts I, II, then the residuals of III, aVR, aVL, aVF, then leads that are stored as they are
 */
export function limbLeadsFromResiduals(counts: readonly Float64Array[]): Float64Array[] {
  const [one, two, ofThree, ofAvr, ofAvl, ofAvf, ...chest] = counts as [Float64Array, ...Float64Array[]] & {
    1: Float64Array
    2: Float64Array
    3: Float64Array
    4: Float64Array
    5: Float64Array
  }
  const three = one.map((i, n) => two[n]! - i - ofThree[n]!)
  return [
    one,
    two,
    three,
    one.map((i, n) => 0 - Math.trunc((i + two[n]!) / 2) - ofAvr[n]!),
    one.map((i, n) => Math.trunc((i - three[n]!) / 2) - ofAvl[n]!),
    two.map((ii, n) => Math.trunc((ii + three[n]!) / 2) - ofAvf[n]!),
    ...chest
  ]
}
