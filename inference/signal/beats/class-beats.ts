import type { BeatKind, ClassedBeat } from '../delineation.ts'
import { shapeClusters } from './shape-clusters.ts'

/** Part of the local RR under which a beat is premature. */
const PREMATURE = 0.85
/** RR intervals to each side that make up the local RR. */
const AROUND = 4

/**
 * What kind each beat is, from its shape and its time: beats of the dominant shape are normal, or supraventricular when
 * they come early; a shape of its own that is wide and early, or wider than the dominant one, is ventricular.
 *
 * @param leads leads[i]: Float64Array of lead i, mV; NaN where a sample is missing
 * @param beats fiducials, rising sample numbers
 * @param options paced: the record says that a pacemaker leads; all beats of the dominant shape are then 'paced'
 */
export function classBeats(
  leads: readonly Float64Array[],
  rateHz: number,
  beats: readonly number[],
  { paced = false }: { paced?: boolean } = {}
): ClassedBeat[] {
  const shapes = shapeClusters(leads, rateHz, beats)
  const rr = intervalsMs(leads, rateHz, beats)
  return beats.map((at, i) => {
    const { template, correlation, widthRatio } = shapes[i]!
    const local = localMs(rr, i)
    const early = rr[i] !== undefined && local !== undefined && rr[i]! < PREMATURE * local
    let kind: BeatKind = 'unclear'
    if (template === 0) kind = paced ? 'paced' : early ? 'supraventricular-ectopic' : 'normal'
    else if (widthRatio > 1.15 && (early || widthRatio > 1.4)) kind = 'ventricular-ectopic'
    else if (correlation >= 0.9 && early) kind = 'supraventricular-ectopic'
    return { at, kind, template, correlation, ...(rr[i] === undefined ? {} : { rrMs: rr[i]! }) }
  })
}

/** RR to the beat before; undefined for the first and where all leads lost samples in between. */
function intervalsMs(leads: readonly Float64Array[], rateHz: number, beats: readonly number[]): (number | undefined)[] {
  return beats.map((at, i) => {
    if (i === 0) return undefined
    for (let k = beats[i - 1]!; k <= at; k++) {
      if (leads.every((lead) => !Number.isFinite(lead[k]!))) return undefined
    }
    return ((at - beats[i - 1]!) / rateHz) * 1000
  })
}

function localMs(rr: readonly (number | undefined)[], i: number): number | undefined {
  const near = rr.slice(Math.max(0, i - AROUND), i + AROUND + 1).filter((value) => value !== undefined)
  if (near.length < 3) return undefined
  return near.sort((a, b) => a - b)[near.length >> 1]
}
