import { drawnHeart } from '../../signal/drawn-heart.ts'
import type { PocketKInput } from './types.ts'

const RATE_HZ = 500

/** Lead I of a drawn heart, beside one that it is compared with. */
export function warmUp(): PocketKInput {
  const lead = { samples: drawnHeart({ rateHz: RATE_HZ, seconds: 10 }), rateHz: RATE_HZ, unit: 'mV' }
  return {
    lead,
    age: 60,
    reference: { ecg: 'Observation/none/_history/1', lead }
  }
}
