export const KATZ_LEAST = { beats: 100 }

/**
 * Katz' fractal dimension log(n) / (log(n) + log(d / L)): n steps, L the sum of their sizes, d the greatest distance from the
 * first value. Katz MJ 1988 (Comput Biol Med 18:145), on the values alone (time between beats is not a second axis).
 *
 * @param series intervals in ms of one unbroken run
 * @returns undefined under 99 intervals or for a constant
 */
export function katzDimension(series: Float64Array): number | undefined {
  if (series.length < KATZ_LEAST.beats - 1) return undefined
  let length = 0
  let reach = 0
  for (let i = 1; i < series.length; i++) {
    length += Math.abs(series[i]! - series[i - 1]!)
    reach = Math.max(reach, Math.abs(series[i]! - series[0]!))
  }
  const steps = Math.log(series.length - 1)
  return reach > 0 ? steps / (steps + Math.log(reach / length)) : undefined
}
