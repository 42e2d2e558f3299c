import type { PocketKInput } from './types.ts'

const RATE_HZ = 500
/** Time from the beat, width and height of P, Q, R, S and T, s and mV. */
const WAVES = [
  [-0.17, 0.022, 0.08],
  [-0.03, 0.008, -0.06],
  [0, 0.011, 0.7],
  [0.025, 0.011, -0.15],
  [0.27, 0.05, 0.2]
] as const

/** Lead I of a drawn heart beating once in 0.8 s, beside one that it is compared with: nobody's, and never stored. */
export function warmUp(): PocketKInput {
  const samples = Float64Array.from({ length: RATE_HZ * 10 }, (_, i) => {
    const at = ((i / RATE_HZ) % 0.8) - 0.3
    const heart = WAVES.reduce((sum, [t, width, mv]) => sum + mv * Math.exp(-0.5 * ((at - t) / width) ** 2), 0)
    return heart + 0.003 * ((i % 7) - 3)
  })
  const lead = { samples, rateHz: RATE_HZ, unit: 'mV' }
  return {
    lead,
    age: 60,
    reference: { ecg: 'Observation/none/_history/1', lead }
  }
}
