/**
 * Pearson correlation of a beat with a template over a span around the fiducial.
 *
 * @param samples the recording's lead, Float64Array in mV
 * @param template the median beat of that lead, mV
 * @param span first and last sample (whole numbers) of the template that are compared
 * @param shift recording position of the template's sample 0, rounded to a sample
 * @returns -1 to 1; NaN when the beat leaves the recording or has no spread
 * @example beatCorrelation(lead, median, { from: 40, to: 90 }, 1000) // 0.998
 */
export function beatCorrelation(
  samples: Float64Array,
  template: Float64Array,
  { from, to }: { from: number; to: number },
  shift: number
): number {
  const start = Math.round(shift)
  if (start + from < 0 || start + to >= samples.length || from < 0 || to >= template.length) return Number.NaN
  const n = to - from + 1
  let meanA = 0
  let meanB = 0
  for (let i = from; i <= to; i++) {
    meanA += samples[start + i]! / n
    meanB += template[i]! / n
  }
  let ab = 0
  let aa = 0
  let bb = 0
  for (let i = from; i <= to; i++) {
    const a = samples[start + i]! - meanA
    const b = template[i]! - meanB
    ab += a * b
    aa += a * a
    bb += b * b
  }
  return aa > 0 && bb > 0 ? ab / Math.sqrt(aa * bb) : Number.NaN
}
