import { type Deflection, deflections } from './deflections.ts'
import type { Segment } from './segment-area.ts'

/** What counts as a lobe of P. */
const LIMITS = { minMs: 10, minMv: 0.01 }

/**
 * P terminal force in V1: depth x duration of the negative part of P behind its positive part, or of the whole P where it
 * is negative throughout (Morris JJ et al. 1964, Circulation 29:242; left atrial overload beyond -4 mV.ms).
 *
 * @param samples V1, Float64Array in mV
 * @param segment P onset to offset
 * @returns mV.ms, negative; 0 where P ends without a negative part
 * @example terminalForce(v1, p, { level: 0, rateHz: 500 }) // -6 for 0.15 mV over 40 ms
 */
export function terminalForce(
  samples: Float64Array,
  segment: Segment,
  options: { level: number; rateHz: number }
): number {
  const last: Deflection | undefined = deflections(samples, segment, { ...options, limits: LIMITS }).at(-1)
  if (!last || last.amplitude > 0) return 0
  return (last.amplitude * (last.to - last.from) * 1000) / options.rateHz
}
