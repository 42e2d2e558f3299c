/** Band of frequencies in Hz, both ends included. */
export interface Band {
  fromHz: number
  toHz: number
}

/**
 * One-sided power spectrum after removal of the mean, Hann window (none for `window: 'none'`), zero-padded to a power
 * of two. Units: mV^2 per bin, up to a common factor; only ratios are meant to be used.
 *
 * @param samples Float64Array in mV, finite
 */
export function powerSpectrum(
  samples: Float64Array,
  rateHz: number,
  { window = 'hann' }: { window?: 'hann' | 'none' } = {}
): { power: Float64Array; binHz: number } {
  let size = 1
  while (size < samples.length) size *= 2
  const re = new Float64Array(size)
  const im = new Float64Array(size)
  const mean = samples.reduce((sum, value) => sum + value, 0) / (samples.length || 1)
  for (let i = 0; i < samples.length; i++) {
    const weight = window === 'hann' ? 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / (samples.length - 1)) : 1
    re[i] = (samples[i]! - mean) * weight
  }
  fft(re, im)
  const power = new Float64Array(size / 2 + 1)
  for (let i = 0; i < power.length; i++) power[i] = re[i]! ** 2 + im[i]! ** 2
  return { power, binHz: rateHz / size }
}

/** Sum of the power inside the band. */
export function bandPower({ power, binHz }: { power: Float64Array; binHz: number }, { fromHz, toHz }: Band): number {
  let sum = 0
  const last = Math.min(power.length - 1, Math.floor(toHz / binHz))
  for (let i = Math.max(0, Math.ceil(fromHz / binHz)); i <= last; i++) sum += power[i]!
  return sum
}

/** In-place radix-2 decimation-in-time FFT (Cooley and Tukey 1965); length a power of two. */
export function fft(re: Float64Array, im: Float64Array): void {
  const n = re.length
  const { cos: cosine, sin: sine, PI } = Math
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1
    for (; j & bit; bit >>= 1) j ^= bit
    j ^= bit
    if (i < j) {
      ;[re[i], re[j]] = [re[j]!, re[i]!]
      ;[im[i], im[j]] = [im[j]!, im[i]!]
    }
  }
  for (let half = 1; half < n; half *= 2) {
    const step = -PI / half
    for (let k = 0; k < half; k++) {
      const cos = cosine(step * k)
      const sin = sine(step * k)
      for (let a = k; a < n; a += 2 * half) {
        const b = a + half
        const r = re[b]! * cos - im[b]! * sin
        const i = re[b]! * sin + im[b]! * cos
        re[b] = re[a]! - r
        im[b] = im[a]! - i
        re[a] = re[a]! + r
        im[a] = im[a]! + i
      }
    }
  }
}
