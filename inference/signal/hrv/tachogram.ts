/** Rate of the evenly sampled tachogram, Hz: well above twice the highest band (0.5 Hz). */
export const TACHOGRAM_HZ = 4

/**
 * Evenly sampled tachogram of one unbroken run: a natural cubic spline through the points (end of interval, interval).
 * Berger RD et al. 1986 (IEEE Trans Biomed Eng 33:900) discuss why the beats' own times must be kept; the spline at 4 Hz is
 * that of the Task Force's examples (1996, Circulation 93:1043, appendix B).
 *
 * @param rr ms
 * @returns ms at TACHOGRAM_HZ, from the end of the first interval to the end of the last; empty under three intervals
 * @example tachogram(Float64Array.of(1000, 1000, 1000)).length // 9
 */
export function tachogram(rr: Float64Array, rateHz = TACHOGRAM_HZ): Float64Array {
  if (rr.length < 3) return new Float64Array(0)
  const times = new Float64Array(rr.length)
  for (let i = 0, sum = 0; i < rr.length; i++) {
    sum += rr[i]! / 1000
    times[i] = sum
  }
  const curve = secondDerivatives(times, rr)
  const length = Math.floor((times.at(-1)! - times[0]!) * rateHz + 1e-9) + 1
  const out = new Float64Array(length)
  for (let i = 0, k = 0; i < length; i++) {
    const t = times[0]! + i / rateHz
    while (k < times.length - 2 && times[k + 1]! < t) k++
    const h = times[k + 1]! - times[k]!
    const a = (times[k + 1]! - t) / h
    const b = 1 - a
    out[i] = a * rr[k]! + b * rr[k + 1]! + (((a ** 3 - a) * curve[k]! + (b ** 3 - b) * curve[k + 1]!) * h * h) / 6
  }
  return out
}

/** Second derivatives of the natural cubic spline at its knots: a tridiagonal system, solved by elimination. */
function secondDerivatives(x: Float64Array, y: Float64Array): Float64Array {
  const n = x.length
  const curve = new Float64Array(n)
  const scale = new Float64Array(n)
  for (let i = 1; i < n - 1; i++) {
    const left = x[i]! - x[i - 1]!
    const right = x[i + 1]! - x[i]!
    const pivot = 2 * (left + right) - left * scale[i - 1]!
    scale[i] = right / pivot
    const turn = 6 * ((y[i + 1]! - y[i]!) / right - (y[i]! - y[i - 1]!) / left)
    curve[i] = (turn - left * curve[i - 1]!) / pivot
  }
  for (let i = n - 2; i > 0; i--) curve[i] = curve[i]! - scale[i]! * curve[i + 1]!
  return curve
}
