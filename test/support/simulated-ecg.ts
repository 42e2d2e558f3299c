/**
 * One lead, mV: beats as sums of Gaussians (P, Q, R, S, T) with R peaks at the given times in seconds.
 */
export function simulated(at: readonly number[], seconds: number, rateHz: number): Float64Array {
  const waves = [
    [-0.16, 0.1, 0.02],
    [-0.03, -0.1, 0.01],
    [0, 1, 0.011],
    [0.03, -0.25, 0.011],
    [0.26, 0.3, 0.045]
  ] as const
  const out = new Float64Array(Math.round(seconds * rateHz))
  for (const beat of at) {
    for (const [offset, height, width] of waves) {
      const from = Math.max(0, Math.floor((beat + offset - 5 * width) * rateHz))
      const to = Math.min(out.length, Math.ceil((beat + offset + 5 * width) * rateHz))
      for (let i = from; i < to; i++) out[i]! += height * Math.exp(-0.5 * ((i / rateHz - beat - offset) / width) ** 2)
    }
  }
  return out
}
