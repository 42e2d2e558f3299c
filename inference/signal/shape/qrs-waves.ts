import { type Deflection, deflections } from './deflections.ts'
import type { Segment } from './segment-area.ts'

/** Waves of one QRS complex by their names; an absent name is a wave that is not there. */
export interface QrsWaves {
  q?: Deflection
  r?: Deflection
  s?: Deflection
  rPrime?: Deflection
  sPrime?: Deflection
  /** The complex is one negative wave; it stands under `s`. */
  qs: boolean
  /** All deflections in order, also those behind S'. */
  all: Deflection[]
}

/**
 * Names of the deflections between QRS onset and offset: a first negative wave before a positive one is Q, the first
 * positive R, the negative after it S, the next positive R', the next negative S' (CSE Working Party 1985, Eur Heart J
 * 6:815; IEC 60601-2-25:2011: at least 6 ms and 20 uV).
 *
 * Deviation: a complex without positive wave (QS) is given under `s`, because voltage and transition rules read its depth
 * there; `qs` tells it apart.
 *
 * @param samples Float64Array in mV
 * @param segment QRS onset to offset
 * @param level the level before QRS onset, mV
 */
export function qrsWaves(
  samples: Float64Array,
  segment: Segment,
  options: { level: number; rateHz: number }
): QrsWaves {
  const all = deflections(samples, segment, options)
  const firstPositive = all.findIndex(({ amplitude }) => amplitude > 0)
  if (firstPositive < 0) return { s: all[0], qs: all.length > 0, all }
  return {
    q: firstPositive > 0 ? all[0] : undefined,
    r: all[firstPositive],
    s: all[firstPositive + 1],
    rPrime: all[firstPositive + 2],
    sPrime: all[firstPositive + 3],
    qs: false,
    all
  }
}

/** From this height on a wave is written with a capital letter. */
const CAPITAL_MV = 0.5

/**
 * The complex in letters, as electrocardiographers write it: 'qRs', 'rS', 'QS', "rsR'". Capital from 0.5 mV on; a complex of
 * one wave always in capitals.
 *
 * @returns undefined when there is no wave
 * @example qrsForm(qrsWaves(lead, qrs, { level: 0, rateHz: 500 })) // 'qRs'
 */
export function qrsForm(waves: QrsWaves): string | undefined {
  if (waves.qs) return 'QS'
  if (waves.all.length === 1) return 'R'
  const named = [
    ['q', waves.q],
    ['r', waves.r],
    ['s', waves.s],
    ["r'", waves.rPrime],
    ["s'", waves.sPrime]
  ] as const
  const letters = named
    .filter(([, wave]) => wave)
    .map(([letter, wave]) => (Math.abs(wave!.amplitude) >= CAPITAL_MV ? letter.toUpperCase() : letter))
  return letters.length > 0 ? letters.join('') : undefined
}
