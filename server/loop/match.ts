import type { LoopLabel } from '../../core/closed-loop.ts'

const HOUR_MS = 3_600_000

/** A prediction of one label as matching sees it. */
export interface Awaiting {
  /** 'RiskAssessment/x' */
  result: string
  /** ms since 1970 */
  at: number
  encounter?: string
}

/** A truth of the same label and patient. */
export interface Occurred {
  key: string
  at: number
  encounter?: string
}

export interface Match {
  result: string
  key: string
}

/**
 * Joins the predictions and truths of one label and one patient (specs README section M: same patient, window, first eligible
 * truth, each truth once).
 *
 * Predictions are taken in the order of their `at` (equal: by reference); each gets the earliest truth (equal: by key) inside
 * its window that no earlier prediction has. For windows in hours both ends count. All windows of a label are equally long, so
 * an earlier prediction is also the one whose window ends first: taken in this order, as many predictions as possible get a
 * truth (Glover, Naval Res Logist Q 1967;14:313), and a later truth never judges an earlier prediction than an earlier one does.
 *
 * Pure, and independent of the order of its arguments. The earliest and not the nearest is taken because the specification
 * says the first; for a window of one hour the two rarely differ.
 *
 * @example
 *     match({ window: { beforeHours: 1, afterHours: 1 } }, [{ result: 'a', at: 0 }], [{ key: 'k', at: 3_600_000 }])
 *     // [{ result: 'a', key: 'k' }]
 */
export function match(
  { window }: Pick<LoopLabel, 'window'>,
  predictions: readonly Awaiting[],
  truths: readonly Occurred[]
): Match[] {
  const left = [...truths].sort((a, b) => a.at - b.at || order(a.key, b.key))
  const isEligible =
    window === 'encounter'
      ? (one: Awaiting, truth: Occurred) => one.encounter !== undefined && one.encounter === truth.encounter
      : (one: Awaiting, truth: Occurred) =>
          truth.at >= one.at - window.beforeHours * HOUR_MS && truth.at <= one.at + window.afterHours * HOUR_MS
  const matches: Match[] = []
  for (const one of [...predictions].sort((a, b) => a.at - b.at || order(a.result, b.result))) {
    const found = left.findIndex((truth) => isEligible(one, truth))
    if (found < 0) continue
    matches.push({ result: one.result, key: left[found]!.key })
    left.splice(found, 1)
  }
  return matches
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
