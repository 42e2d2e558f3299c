import { LEADS } from '../../../fhir-profiles/index.ts'
import type { EcgomicsInput } from './types.ts'

const RATE_HZ = 500
const SECONDS = 10
/** Time from the beat, width and height of P, Q, R, S and T, s and mV. */
const WAVES = [
  [-0.17, 0.022, 0.12],
  [-0.03, 0.008, -0.1],
  [0, 0.011, 1.1],
  [0.025, 0.011, -0.3],
  [0.27, 0.05, 0.3]
] as const

/** Twelve leads of a drawn heart beating once in 0.8 s: nobody's, and never stored. */
export function warmUp(): EcgomicsInput {
  const samples = Float64Array.from({ length: RATE_HZ * SECONDS }, (_, i) => {
    const at = ((i / RATE_HZ) % 0.8) - 0.3
    const heart = WAVES.reduce((sum, [t, width, mv]) => sum + mv * Math.exp(-0.5 * ((at - t) / width) ** 2), 0)
    return heart + 0.003 * ((i % 7) - 3)
  })
  return {
    rateHz: RATE_HZ,
    // Each lead is a multiple of one signal, so that I + III = II holds with I = 1, II = 1.5, III = 0.5.
    leads: LEADS.map(({ name, n }, i) => ({ name, mdc: n, samples: samples.map((value) => value * (FACTORS[i] ?? 1)) }))
  }
}

const FACTORS = [1, 1.5, 0.5, -1.25, 0.25, 1, -0.5, 0.6, 0.9, 1.2, 1.1, 1]
