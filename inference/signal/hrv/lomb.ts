import type { Spectrum } from './welch.ts'

/**
 * Lomb-Scargle periodogram of unevenly placed values, scaled as a one-sided density. Lomb NR 1976 (Astrophys Space Sci
 * 39:447), Scargle JD 1982 (Astrophys J 263:835). Values that are missing stay missing: nothing is interpolated.
 *
 * @param times s, rising
 * @param values their mean is removed
 * @param spanS time that the values stand for; lines lie at multiples of 1 / spanS
 * @param toHz highest line
 */
export function lombScargle(
  times: Float64Array,
  values: Float64Array,
  { spanS, toHz }: { spanS: number; toHz: number }
): Spectrum {
  const stepHz = 1 / spanS
  const n = values.length
  const centre = values.reduce((a, b) => a + b, 0) / n
  const density = new Float64Array(Math.floor(toHz / stepHz) + 1)
  for (let k = 1; k < density.length; k++) {
    const omega = 2 * Math.PI * k * stepHz
    let s2 = 0
    let c2 = 0
    for (let i = 0; i < n; i++) {
      s2 += Math.sin(2 * omega * times[i]!)
      c2 += Math.cos(2 * omega * times[i]!)
    }
    const tau = Math.atan2(s2, c2) / (2 * omega)
    let yc = 0
    let ys = 0
    let cc = 0
    for (let i = 0; i < n; i++) {
      const phase = omega * (times[i]! - tau)
      const c = Math.cos(phase)
      yc += (values[i]! - centre) * c
      ys += (values[i]! - centre) * Math.sin(phase)
      cc += c * c
    }
    const ss = n - cc
    // Half of the sum is Lomb's power; twice the mean spacing makes it a one-sided density.
    density[k] = ((yc * yc) / Math.max(cc, 1e-9) + (ys * ys) / Math.max(ss, 1e-9)) * (spanS / n)
  }
  return { density, stepHz }
}
