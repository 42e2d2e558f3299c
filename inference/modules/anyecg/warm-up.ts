import type { AnyEcgInput } from './types.ts'

const RATE_HZ = 500
const SECONDS = 10
/** MDC numbers, and what part of the drawn beat each lead sees. */
const LEADS: readonly [mdc: number, gain: number][] = [
  [1, 1],
  [2, 1.5],
  [3, -0.5],
  [4, 0.6],
  [5, 0.9],
  [6, 1.2],
  [7, 1.1],
  [8, 1]
]
/** Time from the beat, width and height of P, Q, R, S and T, s and mV. */
const WAVES = [
  [-0.17, 0.022, 0.12],
  [-0.03, 0.008, -0.1],
  [0, 0.011, 1.1],
  [0.025, 0.011, -0.3],
  [0.27, 0.05, 0.3]
] as const

/** Eight leads of a drawn heart beating once in 0.8 s: nobody's, and never stored. */
export function warmUp(): AnyEcgInput {
  const samples = Float64Array.from({ length: RATE_HZ * SECONDS }, (_, i) => {
    const at = ((i / RATE_HZ) % 0.8) - 0.3
    const heart = WAVES.reduce((sum, [t, width, mv]) => sum + mv * Math.exp(-0.5 * ((at - t) / width) ** 2), 0)
    return heart + 0.003 * ((i % 7) - 3)
  })
  return {
    leads: LEADS.map(([mdc, gain]) => ({ mdc, unit: 'mV', samples: samples.map((value) => value * gain) })),
    rateHz: RATE_HZ,
    age: 60,
    sex: 'female'
  }
}
