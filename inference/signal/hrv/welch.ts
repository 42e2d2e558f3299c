import FFT from 'fft.js'

/** Power spectral density, one-sided: density[k] stands at k x stepHz; unit of the samples squared per Hz. */
export interface Spectrum {
  density: Float64Array
  stepHz: number
}

/**
 * Welch's method (Welch PD 1967, IEEE Trans Audio Electroacoust 15:70): segments that overlap by half, their mean removed,
 * Hann window, zero-padded to at least twice their length (a power of two), averaged.
 *
 * @param parts evenly sampled stretches; a segment never reaches over the end of one
 * @param segment samples
 * @returns undefined where no part holds a segment
 */
export function welch(
  parts: readonly Float64Array[],
  { rateHz, segment }: { rateHz: number; segment: number }
): Spectrum | undefined {
  let size = 2
  while (size < 2 * segment) size *= 2
  const fft = new FFT(size)
  const window = Float64Array.from({ length: segment }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / segment))
  const energy = window.reduce((sum, w) => sum + w * w, 0)
  const density = new Float64Array(size / 2 + 1)
  const input = new Array<number>(size).fill(0)
  const output: number[] = fft.createComplexArray()
  let segments = 0
  for (const part of parts) {
    for (let start = 0; start + segment <= part.length; start += Math.max(1, segment >> 1)) {
      const mean = part.subarray(start, start + segment).reduce((a, b) => a + b, 0) / segment
      for (let i = 0; i < segment; i++) input[i] = (part[start + i]! - mean) * window[i]!
      fft.realTransform(output, input)
      for (let k = 0; k < density.length; k++) density[k]! += output[2 * k]! ** 2 + output[2 * k + 1]! ** 2
      segments++
    }
  }
  if (segments === 0) return undefined
  const scale = 1 / (rateHz * energy * segments)
  // All but the first and last line stand for their mirror image too.
  const last = density.length - 1
  return { density: density.map((power, k) => power * scale * (k === 0 || k === last ? 1 : 2)), stepHz: rateHz / size }
}

/**
 * Power from fromHz to toHz: integral of the straight lines between the spectrum's points, so that neighbouring bands add up
 * and a band's edge need not be one of its lines.
 */
export function powerBetween({ density, stepHz }: Spectrum, fromHz: number, toHz: number): number {
  const upTo = (hz: number): number => {
    const at = Math.min(hz / stepHz, density.length - 1)
    const whole = Math.floor(at)
    let sum = 0
    for (let k = 0; k < whole; k++) sum += (density[k]! + density[k + 1]!) / 2
    const part = at - whole
    const here = density[whole]!
    return sum + part * (here + (part * ((density[whole + 1] ?? here) - here)) / 2)
  }
  return (upTo(toHz) - upTo(fromHz)) * stepHz
}
