import { LEADS } from '../../../fhir-profiles/index.ts'
import { drawnHeart } from '../../signal/drawn-heart.ts'
import type { EcgomicsInput } from './types.ts'

const RATE_HZ = 500
/** Each lead is a multiple of one signal, so that I + III = II holds with I = 1, II = 1.5, III = 0.5. */
const FACTORS = [1, 1.5, 0.5, -1.25, 0.25, 1, -0.5, 0.6, 0.9, 1.2, 1.1, 1]

/** Twelve leads of a drawn heart. */
export function warmUp(): EcgomicsInput {
  const heart = drawnHeart({ rateHz: RATE_HZ, seconds: 10 })
  return {
    rateHz: RATE_HZ,
    leads: LEADS.map(({ name, n }, i) => ({ name, mdc: n, samples: heart.map((value) => value * (FACTORS[i] ?? 1)) }))
  }
}
