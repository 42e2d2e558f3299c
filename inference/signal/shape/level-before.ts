/** Length of the isoelectric piece that is averaged, ms. */
const LEVEL_MS = 12

/**
 * Level just before a wave begins: the zero from which its deflections are measured. QRS, ST and T amplitudes are taken
 * from the level before QRS onset, P amplitudes from the level before P onset (CSE Working Party 1985, Eur Heart J
 * 6:815; IEC 60601-2-25:2011 annex on measurement).
 *
 * Deviation: the papers read one point; the mean of the last 12 ms is taken, against noise.
 *
 * @param samples Float64Array in mV
 * @param onset sample number of the wave's onset, may be a fraction
 * @returns mV; NaN when less than one sample lies before
 * @example levelBefore(Float64Array.of(0.1, 0.1, 0.1, 0.1, 2), { onset: 3.5, rateHz: 250 }) // 0.1
 */
export function levelBefore(samples: Float64Array, { onset, rateHz }: { onset: number; rateHz: number }): number {
  const last = Math.min(samples.length - 1, Math.floor(onset))
  const first = Math.max(0, Math.ceil(onset - (LEVEL_MS * rateHz) / 1000))
  if (!(last >= first)) return Number.NaN
  let sum = 0
  for (let i = first; i <= last; i++) sum += samples[i]!
  return sum / (last - first + 1)
}
