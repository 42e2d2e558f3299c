import type { Section } from './sections.ts'

/**
 * Takes out one frequency (mains): second-order notch with unit gain at 0 and at half the rate, -3 dB over hz/q
 * (Orfanidis, Introduction to Signal Processing 1996, section 11.3; scipy.signal.iirnotch gives the same numbers).
 *
 * @param q quality factor: the smaller, the wider; 30 leaves an ECG as it is and takes steady mains away
 * @example notch(50, 500).a2 // 0.9793...
 */
export function notch(hz: number, rateHz: number, { q = 30 }: { q?: number } = {}): Section {
  const w = (2 * Math.PI * hz) / rateHz
  const gain = 1 / (1 + Math.tan(w / q / 2))
  const cosine = -2 * Math.cos(w)
  return { b0: gain, b1: gain * cosine, b2: gain, a1: gain * cosine, a2: 2 * gain - 1 }
}
