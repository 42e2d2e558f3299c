import type { BeatWaves } from '../delineation.ts'

/**
 * Takes out, in place, the edges that contradict the rest of their beat: an onset behind its peak, an offset before it, a P
 * that ends inside QRS, a T that begins inside it. Each is found by itself and then drawn towards others, and in a flat lead
 * that may cross; which of the two is wrong cannot be told, and the peak is the surer one.
 *
 * @returns the same beat
 */
export function ordered(beat: BeatWaves): BeatWaves {
  for (const mark of Object.values(beat)) {
    if (mark.onset !== undefined && mark.onset >= mark.peak) delete mark.onset
    if (mark.offset !== undefined && mark.offset <= mark.peak) delete mark.offset
  }
  const { p, qrs, t } = beat
  if (p?.offset !== undefined && qrs?.onset !== undefined && p.offset > qrs.onset) delete p.offset
  if (t?.onset !== undefined && qrs?.offset !== undefined && t.onset < qrs.offset) delete t.onset
  return beat
}
