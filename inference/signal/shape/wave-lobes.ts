import { type Deflection, type DeflectionLimits, deflections } from './deflections.ts'
import type { Segment } from './segment-area.ts'

/** A P or T wave taken apart into its positive and negative lobes. */
export interface WaveLobes {
  /** The larger lobe. */
  main: Deflection
  /** The lobe on the other side, where the wave is biphasic. */
  other?: Deflection
  /** 'plus-minus' when the positive lobe comes first. */
  biphasic?: 'plus-minus' | 'minus-plus'
}

/** A second lobe makes a wave biphasic from this share of the first one's height on. */
const BIPHASIC_SHARE = 0.2
/** Lobes of P and T: of the size of a P wave's lobe in V1 (Morris JJ et al. 1964, Circulation 29:242: 40 ms x 0.1 mV). */
const LOBE_LIMITS: DeflectionLimits = { minMs: 20, minMv: 0.02 }

/**
 * The lobes of a P or T wave about a zero line.
 *
 * Biphasic: both sides reach 20 uV and the smaller one 20 % of the larger (limits ours; the papers read by eye).
 * @param samples Float64Array in mV
 * @param segment onset to offset of the wave
 * @returns undefined when no lobe reaches 20 uV over 20 ms
 */
export function waveLobes(
  samples: Float64Array,
  segment: Segment,
  { level, rateHz }: { level: number; rateHz: number }
): WaveLobes | undefined {
  const lobes = deflections(samples, segment, { level, rateHz, limits: LOBE_LIMITS })
  const main = largest(lobes)
  if (!main) return undefined
  const other = largest(lobes.filter(({ amplitude }) => Math.sign(amplitude) !== Math.sign(main.amplitude)))
  if (!other || Math.abs(other.amplitude) < BIPHASIC_SHARE * Math.abs(main.amplitude)) return { main }
  const first = other.peak < main.peak ? other : main
  return { main, other, biphasic: first.amplitude > 0 ? 'plus-minus' : 'minus-plus' }
}

const largest = (lobes: Deflection[]): Deflection | undefined =>
  lobes.reduce<Deflection | undefined>(
    (most, lobe) => (most && Math.abs(most.amplitude) >= Math.abs(lobe.amplitude) ? most : lobe),
    undefined
  )
