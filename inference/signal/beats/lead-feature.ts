/** Rate, in Hz, to which leads are averaged down before beats are looked for; QRS energy lies below 40 Hz. */
const WORKING_HZ = 100
/** Centre and width (one standard deviation in time) of the energy wavelet: pass band about 9-23 Hz. */
const WAVELET_HZ = 16
const WAVELET_SIGMA_S = 0.022
/** Windows of the gradient: the QRS, and the surroundings against which it stands out. */
const GRADIENT_QRS_S = 0.1
const GRADIENT_AROUND_S = 0.6

export type DetectorName = 'energy' | 'gradient'

/** How a recording is cut up for detection; all in working samples. */
export interface WorkingGrid {
  /** Input samples averaged into one. */
  factor: number
  workingHz: number
  /** Working samples of one block (one second). */
  block: number
}

export function workingGrid(rateHz: number): WorkingGrid {
  const factor = Math.max(1, Math.round(rateHz / WORKING_HZ))
  const workingHz = rateHz / factor
  return { factor, workingHz, block: Math.max(32, Math.round(workingHz)) }
}

/**
 * What one lead says about where QRS complexes are, sample by sample: a power, at least 0.
 *
 * @param lead Float64Array of three blocks of the working signal, mV; the middle one is asked about
 * @param out Float64Array of one block
 */
export type LeadFeature = (lead: Float64Array, out: Float64Array) => void

export const leadFeature = (detector: DetectorName, grid: WorkingGrid): LeadFeature =>
  detector === 'energy' ? energyFeature(grid) : gradientFeature(grid)

/**
 * Power in the band of the QRS: squared magnitude of a complex Morlet wavelet (Grossmann and Morlet 1984) at 16 Hz whose
 * Gaussian has a standard deviation of 22 ms; its peak is the centre of QRS energy whatever the shape or sign. The part
 * of the wavelet that would see a constant is taken off, so an offset changes nothing.
 */
function energyFeature({ workingHz, block }: WorkingGrid): LeadFeature {
  const half = Math.min(block - 1, Math.ceil(3 * WAVELET_SIGMA_S * workingHz))
  const even = new Float64Array(half + 1)
  const odd = new Float64Array(half + 1)
  const gauss = new Float64Array(half + 1)
  for (let k = 0; k <= half; k++) {
    const t = k / workingHz
    gauss[k] = Math.exp(-0.5 * (t / WAVELET_SIGMA_S) ** 2)
    even[k] = gauss[k]! * Math.cos(2 * Math.PI * WAVELET_HZ * t)
    odd[k] = gauss[k]! * Math.sin(2 * Math.PI * WAVELET_HZ * t)
  }
  const sum = (w: Float64Array) => w.reduce((s, value, k) => s + (k === 0 ? value : 2 * value), 0)
  const share = sum(even) / sum(gauss)
  const norm = sum(gauss)
  for (let k = 0; k <= half; k++) {
    even[k] = (even[k]! - share * gauss[k]!) / norm
    odd[k] = odd[k]! / norm
  }
  return (lead, out) => {
    const centre = even[0]!
    for (let i = 0, at = block; i < block; i++, at++) {
      let re = centre * lead[at]!
      let im = 0
      for (let k = 1; k <= half; k++) {
        const before = lead[at - k]!
        const after = lead[at + k]!
        re += even[k]! * (before + after)
        im += odd[k]! * (after - before)
      }
      out[i] = re * re + im * im
    }
  }
}

/**
 * Length of the curve (Zong, Moody and Jiang 2003): absolute differences over some 20 ms, summed over the 100 ms of a
 * QRS, less their mean over the 600 ms around, squared. Deviations: absolute differences in place of the root of
 * dt^2 + dx^2, so that the gain does not matter; the surroundings are taken off, so that mains and tremor do not.
 */
function gradientFeature({ workingHz, block }: WorkingGrid): LeadFeature {
  const narrow = Math.max(1, Math.round((GRADIENT_QRS_S * workingHz - 1) / 2))
  const wide = Math.min(block - 3, Math.max(narrow + 1, Math.round((GRADIENT_AROUND_S * workingHz - 1) / 2)))
  const steps = new Float64Array(block + 2 * wide)
  return (lead, out) => {
    const first = block - wide
    for (let i = 0; i < steps.length; i++) {
      const at = first + i
      steps[i] = Math.abs(lead[at + 1]! - lead[at - 1]!)
    }
    let near = 0
    let around = 0
    for (let i = 0; i < 2 * wide; i++) around += steps[i]!
    for (let i = wide - narrow; i < wide + narrow; i++) near += steps[i]!
    for (let i = 0; i < block; i++) {
      around += steps[i + 2 * wide]!
      near += steps[i + wide + narrow]!
      const over = near / (2 * narrow + 1) - around / (2 * wide + 1)
      out[i] = over > 0 ? over * over : 0
      around -= steps[i]!
      near -= steps[i + wide - narrow]!
    }
  }
}
