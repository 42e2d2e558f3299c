import type { WaveName } from '../../../signal/delineation.ts'
import type { Run } from './runs.ts'

/** A beat's QRS may lie this far from its fiducial. */
const QRS_WITHIN_S = 0.15
/** Longest PR interval that is still taken for conduction to this beat, onset to onset. */
const PR_LONGEST_S = 0.45
/** Longest time from fiducial to the middle of T. */
const T_WITHIN_S = 0.65

/**
 * Gives each beat its waves: the QRS nearest to its fiducial, the last P before that QRS, the longest T behind it and
 * before the next QRS.
 *
 * A P wave between beats that conducts to none (second and third degree block) belongs to no beat and is left out.
 *
 * @param beats fiducials in s, rising
 * @param runs stretches of each wave, onset and offset in s
 * @returns one entry a beat; a wave that was not seen is absent
 */
export function assignRuns(beats: readonly number[], runs: Record<WaveName, Run[]>): Partial<Record<WaveName, Run>>[] {
  const qrs = beats.map((beat) => nearest(runs.qrs, beat))
  return beats.map((beat, k) => {
    const own = qrs[k]
    const start = own?.onset ?? beat - 0.05
    const end = own?.offset ?? beat + 0.06
    const before = k > 0 ? (qrs[k - 1]?.offset ?? beats[k - 1]! + 0.06) : Number.NEGATIVE_INFINITY
    const after = k + 1 < beats.length ? (qrs[k + 1]?.onset ?? beats[k + 1]! - 0.05) : Number.POSITIVE_INFINITY
    const p = runs.p.findLast(
      ({ onset, offset }) => onset > before && offset <= start + 0.02 && onset > start - PR_LONGEST_S
    )
    const t = runs.t
      .filter((run) => middle(run) > end && middle(run) < Math.min(after, beat + T_WITHIN_S))
      .reduce<Run | undefined>(
        (best, run) => (best && best.offset - best.onset >= run.offset - run.onset ? best : run),
        undefined
      )
    return { ...(p ? { p } : {}), ...(own ? { qrs: own } : {}), ...(t ? { t } : {}) }
  })
}

const middle = ({ onset, offset }: Run): number => (onset + offset) / 2

function nearest(runs: readonly Run[], at: number): Run | undefined {
  let best: Run | undefined
  let least = QRS_WITHIN_S
  for (const run of runs) {
    const away = at < run.onset ? run.onset - at : at > run.offset ? at - run.offset : 0
    if (
      away <= least &&
      (best === undefined || away < least || Math.abs(middle(run) - at) < Math.abs(middle(best) - at))
    ) {
      best = run
      least = away
    }
  }
  return best
}
