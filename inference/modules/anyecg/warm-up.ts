import { drawnHeart } from '../../signal/drawn-heart.ts'
import type { AnyEcgInput } from './types.ts'

const RATE_HZ = 500
/** MDC numbers of the recorded leads, and what part of the drawn beat each sees; the other four follow from I and II. */
const RECORDED: readonly [mdc: number, gain: number][] = [
  [1, 1],
  [2, 1.5],
  [3, -0.5],
  [4, 0.6],
  [5, 0.9],
  [6, 1.2],
  [7, 1.1],
  [8, 1]
]

/** Eight leads of a drawn heart. */
export function warmUp(): AnyEcgInput {
  const heart = drawnHeart({ rateHz: RATE_HZ, seconds: 10 })
  return {
    leads: RECORDED.map(([mdc, gain]) => ({ mdc, unit: 'mV', samples: heart.map((value) => value * gain) })),
    rateHz: RATE_HZ,
    age: 60,
    sex: 'female'
  }
}
