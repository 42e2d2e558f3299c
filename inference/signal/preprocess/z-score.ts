/**
 * Mean 0 and SD 1 over all leads together, in place, so that the leads keep their proportions; missing samples become 0, the mean.
 * SD of the population, plus 1e-8, as the published preprocessing has it. Samples that are all equal become 0.
 *
 * @param leads one Float64Array a lead; NaN where missing
 * @example const one = Float64Array.of(1, 3); zScore([one]) // one is [-1, 1] to 1e-8
 */
export function zScore(leads: readonly Float64Array[]): void {
  let n = 0
  let sum = 0
  for (const samples of leads) {
    for (const value of samples) {
      if (!Number.isFinite(value)) continue
      n++
      sum += value
    }
  }
  const mean = n > 0 ? sum / n : 0
  let squares = 0
  for (const samples of leads) for (const value of samples) if (Number.isFinite(value)) squares += (value - mean) ** 2
  const spread = (n > 0 ? Math.sqrt(squares / n) : 0) + 1e-8
  for (const samples of leads) {
    for (let i = 0; i < samples.length; i++) {
      samples[i] = Number.isFinite(samples[i]!) ? (samples[i]! - mean) / spread : 0
    }
  }
}
