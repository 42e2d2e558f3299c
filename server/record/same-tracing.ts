import { durationMs, type Waveform } from '../../core/waveform.ts'

/** Correlation from which two recordings of common leads are one tracing (rules section 1). */
const SAME_CORRELATION = 0.999

/**
 * Whether two recordings of one patient, acquired within 1 s, are one tracing that came by two ways: equal duration and
 * equal samples, or correlation >= .999, in every common lead. Different rates are compared at the lower one.
 */
export function isSameTracing(a: Waveform, b: Waveform): boolean {
  if (Math.abs(durationMs(a) - durationMs(b)) > 1000 / Math.min(a.rateHz, b.rateHz) + 1) return false
  const pairs = a.leads.flatMap((lead, i) => {
    const j = b.leads.findIndex((other) => other.name === lead.name)
    return j < 0 ? [] : [[a.samples[i]!, b.samples[j]!] as const]
  })
  return pairs.length > 0 && pairs.every(([x, y]) => correlation(x, y) >= SAME_CORRELATION)
}

/** Pearson correlation over what both hold; two equal constant signals count as 1. */
function correlation(a: Float64Array, b: Float64Array): number {
  const count = Math.min(a.length, b.length)
  const stepA = a.length / count
  const stepB = b.length / count
  let [n, sumA, sumB, sumAA, sumBB, sumAB, equal] = [0, 0, 0, 0, 0, 0, true]
  for (let i = 0; i < count; i++) {
    const x = a[Math.floor(i * stepA)]!
    const y = b[Math.floor(i * stepB)]!
    if (Number.isNaN(x) || Number.isNaN(y)) continue
    n++
    sumA += x
    sumB += y
    sumAA += x * x
    sumBB += y * y
    sumAB += x * y
    equal &&= x === y
  }
  if (equal) return n > 0 ? 1 : 0
  const covariance = n * sumAB - sumA * sumB
  const spread = Math.sqrt((n * sumAA - sumA * sumA) * (n * sumBB - sumB * sumB))
  return spread === 0 ? 0 : covariance / spread
}
