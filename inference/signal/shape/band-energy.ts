import FFT from 'fft.js'
import type { Segment } from './segment-area.ts'

/** The bands of specs 01 section 3 in Hz, lower end included. */
export const BANDS_HZ = [
  [0, 5],
  [5, 15],
  [15, 40]
] as const

const plans = new Map<number, FFT>()

/**
 * Energy of one beat in the bands 0-5, 5-15 and 15-40 Hz: the squared deflection from the beat's own level, integrated over
 * time, split by frequency (Parseval; T and ST lie mostly below 5 Hz, P below 15, QRS from 5 to 40: Thakor NV et al. 1984,
 * IEEE Trans Biomed Eng 31:702).
 *
 * The piece fades in and out over a tenth of its length (Tukey window), so that its ends add no spectrum of their own, and is
 * padded with zeros to bins of at most 1 Hz. Where a bin lies on a limit, it belongs to the upper band.
 *
 * @param samples Float64Array in mV
 * @param level the zero line, mV
 * @returns [0-5, 5-15, 15-40] in mV2.s
 */
export function bandEnergy(
  samples: Float64Array,
  { from, to }: Segment,
  { level, rateHz }: { level: number; rateHz: number }
): [number, number, number] {
  const first = Math.max(0, Math.round(from))
  const length = Math.min(samples.length, Math.round(to)) - first
  if (length < 8) return [Number.NaN, Number.NaN, Number.NaN]
  let size = 2
  while (size < Math.max(length, rateHz)) size *= 2
  const plan = plans.get(size) ?? new FFT(size)
  plans.set(size, plan)
  const input = new Array<number>(size).fill(0)
  const fade = Math.max(1, Math.round(length / 10))
  for (let i = 0; i < length; i++) {
    const edge = Math.min(i, length - 1 - i)
    const weight = edge < fade ? 0.5 - 0.5 * Math.cos((Math.PI * edge) / fade) : 1
    input[i] = (samples[first + i]! - level) * weight
  }
  const spectrum = plan.createComplexArray()
  plan.realTransform(spectrum, input)
  const energies: [number, number, number] = [0, 0, 0]
  BANDS_HZ.forEach(([low, high], band) => {
    const last = Math.min(size / 2, Math.ceil((high * size) / rateHz) - 1)
    for (let bin = Math.ceil((low * size) / rateHz); bin <= last; bin++) {
      const power = spectrum[2 * bin]! ** 2 + spectrum[2 * bin + 1]! ** 2
      // Both halves of the spectrum; the constant has only one.
      energies[band]! += ((bin === 0 ? 1 : 2) * power) / (size * rateHz)
    }
  })
  return energies
}
