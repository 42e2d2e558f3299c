import type { ModelManifest } from '../../../core/model.ts'
import { labelsOf, reliabilityOf } from './assets.ts'
import { grade } from './explain.ts'
import { hiddenReason } from './floor.ts'
import { settingsOf } from './policy.ts'
import type { ConditionLabel, HiddenReason, LabelReliability } from './types.ts'

/** One label of a folder: how good it is, and whether this site shows it. */
export interface ReliabilityLine {
  label: ConditionLabel
  grade: ReturnType<typeof grade>
  reliability?: LabelReliability
  /** Why it is hidden under the policy; absent: it is shown. */
  hidden?: HiddenReason
}

/**
 * Every label of a model folder with its row of the reliability table, hidden ones as well: what a reader needs to judge the floor
 * rule itself.
 *
 * @param asset parsed JSON of an asset of the folder, undefined where it has none
 * @throws AppError MODEL_UNAVAILABLE, CONFIG_INVALID
 */
export function reliabilityLines(
  manifest: ModelManifest,
  asset: (file: string) => unknown,
  policy: Record<string, unknown>
): ReliabilityLine[] {
  const settings = settingsOf(policy)
  const rows = reliabilityOf(asset('reliability.json'))
  return labelsOf(asset('labels.json'), manifest).labels.map((label) => {
    const reliability = rows.get(label.key)
    const hidden = hiddenReason(label, reliability, settings)
    return {
      label,
      grade: grade({ reliability }),
      ...(reliability ? { reliability } : {}),
      ...(hidden ? { hidden } : {})
    }
  })
}
