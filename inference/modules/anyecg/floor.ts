import type { Floor } from './policy.ts'
import type { ConditionLabel, HiddenReason, LabelReliability } from './types.ts'

export interface Displaying {
  floor: Floor
  showSimulatedLabels: boolean
  showWithoutReliability: boolean
  /** The tracing shows no P waves (atrial fibrillation, flutter). */
  isSinusUnlikely?: boolean
}

/**
 * Why a label is not shown; undefined where it is (specs 04 section 7, floor rule). What the model says of this person plays no
 * part: only how it did on data that it had not seen.
 *
 * A row of simulated data speaks for a simulated label only: a real label with such a row has no reliability.
 *
 * @example hiddenReason(label, { ...row, auroc: 0.65 }, displaying) // 'auroc'
 */
export function hiddenReason(
  label: ConditionLabel,
  row: LabelReliability | undefined,
  { floor, showSimulatedLabels, showWithoutReliability, isSinusUnlikely = false }: Displaying
): HiddenReason | undefined {
  const judged = row && !(label.data === 'real' && row.data === 'simulated') ? row : undefined
  const failed = judged ? failedFloor(judged, floor) : showWithoutReliability ? undefined : 'no-reliability'
  if (failed) return failed
  if (label.data === 'simulated' && !showSimulatedLabels) return 'simulated'
  if (label.plantedNull) return 'planted-null'
  return label.sinusOnly && isSinusUnlikely ? 'rhythm-unsuitable' : undefined
}

function failedFloor(row: LabelReliability, floor: Floor): HiddenReason | undefined {
  if (!(row.gainCi[0] > floor.gainLow)) return 'not-better-than-age-sex'
  if (!(row.auroc >= floor.auroc)) return 'auroc'
  if (!(row.ece <= floor.ece)) return 'calibration'
  if (!(row.positives >= floor.positives)) return 'few-positives'
  return row.subgroupGap !== undefined && !(row.subgroupGap <= floor.subgroupGap) ? 'subgroup-gap' : undefined
}
