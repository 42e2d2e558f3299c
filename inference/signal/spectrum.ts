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
 * @param options into: `power` of an earlier call that nobody needs any more; taken where it has the length
 */
export function powerSpectrum(
  samples: Float64Array,
  rateHz: number,
  { window = 'hann', into }: { window?: 'hann' | 'none'; into?: Float64Array } = {}
): { power: Float64Array; binHz: number } {
  const { length } = samples
  let size = 2
  while (size < length) size *= 2
  const { plan, input, spectrum } = workFor(size)
  let sum = 0
  for (let i = 0; i < length; i++) sum += samples[i]!
  const mean = sum / (length || 1)
  input.fill(0, length)
  if (window === 'hann') {
    const weights = hannWindow(length)
    for (let i = 0; i < length; i++) input[i] = (samples[i]! - mean) * weights[i]!
  } else for (let i = 0; i < length; i++) input[i] = samples[i]! - mean
  plan.realTransform(spectrum, input)
  const power = into?.length === size / 2 + 1 ? into : new Float64Array(size / 2 + 1)
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

let hann = new Float64Array(0)

/** The window of the last length: thousands of cosines, which every lead of a recording would ask for anew. */
function hannWindow(length: number): Float64Array {
  if (hann.length !== length) {
    hann = Float64Array.from({ length }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / (length - 1)))
  }
  return hann
}

/** Sum of the power inside the band. */
export function bandPower({ power, binHz }: { power: Float64Array; binHz: number }, { fromHz, toHz }: Band): number {
  let sum = 0
  const last = Math.min(power.length - 1, Math.floor(toHz / binHz))
  for (let i = Math.max(0, Math.ceil(fromHz / binHz)); i <= last; i++) sum += power[i]!
  return sum
}
