import FFT from 'fft.js'

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
  let size = 2
  while (size < samples.length) size *= 2
  const { plan, input, spectrum } = workFor(size)
  const mean = samples.reduce((sum, value) => sum + value, 0) / (samples.length || 1)
  input.fill(0, samples.length)
  for (let i = 0; i < samples.length; i++) {
    const weight = window === 'hann' ? 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / (samples.length - 1)) : 1
    input[i] = (samples[i]! - mean) * weight
  }
  plan.realTransform(spectrum, input)
  const power = new Float64Array(size / 2 + 1)
  for (let i = 0; i < power.length; i++) power[i] = spectrum[2 * i]! ** 2 + spectrum[2 * i + 1]! ** 2
  return { power, binHz: rateHz / size }
}

/** Tables and buffers of the last size: the leads of a recording are of one length. */
let work: { size: number; plan: FFT; input: number[]; spectrum: number[] } | undefined

function workFor(size: number): NonNullable<typeof work> {
  if (work?.size !== size) {
    const plan = new FFT(size)
    work = { size, plan, input: new Array<number>(size).fill(0), spectrum: plan.createComplexArray() }
  }
  return work
}

/** Sum of the power inside the band. */
export function bandPower({ power, binHz }: { power: Float64Array; binHz: number }, { fromHz, toHz }: Band): number {
  let sum = 0
  const last = Math.min(power.length - 1, Math.floor(toHz / binHz))
  for (let i = Math.max(0, Math.ceil(fromHz / binHz)); i <= last; i++) sum += power[i]!
  return sum
}
