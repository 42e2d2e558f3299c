/** One second-order section: b0 b1 b2 / 1 a1 a2 in powers of 1/z. A first-order section has b2 = a2 = 0. */
export interface Section {
  b0: number
  b1: number
  b2: number
  a1: number
  a2: number
}

/**
 * Runs samples through sections in place, one section after the other, direct form II transposed (Oppenheim and Schafer,
 * Discrete-Time Signal Processing, chapter 6). Each section starts as if the first sample, `at`, had been there for ever.
 *
 * @param samples Float64Array, finite; overwritten by the output
 */
export function runSections(sections: readonly Section[], samples: Float64Array, at = samples[0] ?? 0): void {
  let steady = at
  for (const { b0, b1, b2, a1, a2 } of sections) {
    const gain = (b0 + b1 + b2) / (1 + a1 + a2)
    let s1 = steady * (gain - b0)
    let s2 = steady * (b2 - a2 * gain)
    for (let i = 0; i < samples.length; i++) {
      const x = samples[i]!
      const y = b0 * x + s1
      s1 = b1 * x - a1 * y + s2
      s2 = b2 * x - a2 * y
      samples[i] = y
    }
    steady *= gain
  }
}

/** Magnitude of the response at a frequency. */
export function responseAt(sections: readonly Section[], hz: number, rateHz: number): number {
  const w = (2 * Math.PI * hz) / rateHz
  const [c1, s1, c2, s2] = [Math.cos(w), Math.sin(w), Math.cos(2 * w), Math.sin(2 * w)]
  return sections.reduce((product, { b0, b1, b2, a1, a2 }) => {
    const above = Math.hypot(b0 + b1 * c1 + b2 * c2, b1 * s1 + b2 * s2)
    const below = Math.hypot(1 + a1 * c1 + a2 * c2, a1 * s1 + a2 * s2)
    return (product * above) / below
  }, 1)
}
