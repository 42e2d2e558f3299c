/** Time from the beat, width and height of P, Q, R, S and T, s and mV. */
const WAVES = [
  [-0.17, 0.022, 0.12],
  [-0.03, 0.008, -0.1],
  [0, 0.011, 1.1],
  [0.025, 0.011, -0.3],
  [0.27, 0.05, 0.3]
] as const
const RR_SECONDS = 0.8

/**
 * A heart drawn from five bells and beating once in 0.8 s, with a little noise: nobody's, and never stored. What modules warm up
 * with, each lead a multiple of it.
 *
 * @returns mV, `seconds * rateHz` samples
 * @example drawnHeart({ rateHz: 500, seconds: 10 }).length // 5000
 */
export function drawnHeart({ rateHz, seconds }: { rateHz: number; seconds: number }): Float64Array {
  return Float64Array.from({ length: rateHz * seconds }, (_, i) => {
    const at = ((i / rateHz) % RR_SECONDS) - 0.3
    const heart = WAVES.reduce((sum, [t, width, mv]) => sum + mv * Math.exp(-0.5 * ((at - t) / width) ** 2), 0)
    return heart + 0.003 * ((i % 7) - 3)
  })
}
