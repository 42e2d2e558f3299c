import type { Segment } from './segment-area.ts'

/** A notch is at least this share of the complex's height and this high, so that noise makes none. */
const MIN_SHARE = 0.04
const MIN_MV = 0.03

/**
 * Number of turning points of the QRS beyond those that its named waves need: notches and slurs that turn, the raw material
 * of a fragmented QRS (Das MK et al. 2006, Circulation 113:2495: additional R', notch in the nadir of R or S).
 *
 * A turning point counts when the lead moves by at least 4 % of the complex's height and 30 uV before the next. A complex of
 * w deflections about the baseline has w turning points; each notch adds two.
 * Deviation: the paper reads by eye; the two limits are ours.
 *
 * @param samples Float64Array in mV
 * @param segment QRS onset to offset
 * @param waves number of deflections of the complex
 * @returns notches, 0 or more
 * @example qrsNotches(notched, { from: 0, to: 50 }, 1) // 1 for an R wave with a dip at its top
 */
export function qrsNotches(samples: Float64Array, { from, to }: Segment, waves: number): number {
  const first = Math.max(0, Math.ceil(from))
  const last = Math.min(samples.length - 1, Math.floor(to))
  let high = -Infinity
  let low = Infinity
  for (let i = first; i <= last; i++) {
    high = Math.max(high, samples[i]!)
    low = Math.min(low, samples[i]!)
  }
  const turns = turningPoints(samples, first, last, Math.max(MIN_MV, MIN_SHARE * (high - low)))
  return Math.max(0, Math.floor((turns - waves) / 2))
}

/** Changes of direction with at least `least` of movement on both sides (a zigzag filter). */
function turningPoints(samples: Float64Array, first: number, last: number, least: number): number {
  let turns = 0
  let direction = 0
  let extreme = samples[first] ?? 0
  for (let i = first + 1; i <= last; i++) {
    const step = samples[i]! - extreme
    if (direction === 0 ? Math.abs(step) >= least : Math.sign(step) === direction) {
      direction = Math.sign(step)
      extreme = samples[i]!
    } else if (direction !== 0 && Math.abs(step) >= least) {
      turns++
      direction = -direction
      extreme = samples[i]!
    }
  }
  return turns
}
