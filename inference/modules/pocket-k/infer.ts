import { AppError } from '../../../core/errors/app-error.ts'
import type { ModelManifest, Models, Tensor } from '../../../core/model.ts'
import { ROLE } from './manifest.ts'
import { LABELS, type Label, type Probabilities } from './types.ts'

/** Each clip's probabilities, by label. */
export async function infer(ecg: Tensor, models: Models): Promise<Probabilities[]> {
  return readProbabilities(models.manifest(ROLE), await models.infer(ROLE, { ecg }))
}

/**
 * The manifest says which column is which label: the order is never assumed. A published single-threshold model has one
 * output of role `logit` instead (specs 02 section 4); the labels it lacks stay absent.
 *
 * @throws AppError INFERENCE_FAILED reason `output` when a probability is no number in 0..1
 */
export function readProbabilities(manifest: ModelManifest, outputs: Record<string, Tensor>): Probabilities[] {
  const declared = manifest.outputs.find(({ role }) => role === 'probability' || role === 'logit')
  const tensor = declared && outputs[declared.name]
  const labels = declared?.labels ?? []
  if (!tensor || labels.length === 0) throw new AppError('INFERENCE_FAILED', { reason: 'output' })
  const clips = tensor.data.length / labels.length
  return Array.from({ length: clips }, (_, clip) => {
    const row: Probabilities = {}
    for (const [column, { key }] of labels.entries()) {
      const raw = tensor.data[clip * labels.length + column]!
      const value = declared.role === 'logit' ? 1 / (1 + Math.exp(-raw)) : raw
      if (!(value >= 0 && value <= 1)) throw new AppError('INFERENCE_FAILED', { reason: 'output' })
      if ((LABELS as readonly string[]).includes(key)) row[key as Label] = value
    }
    return row
  })
}

/** Mean over the clips of one strip, label by label. */
export function meanOfClips(clips: Probabilities[]): Probabilities {
  const mean: Probabilities = {}
  for (const label of LABELS) {
    const values = clips.flatMap((clip) => clip[label] ?? [])
    if (values.length > 0) mean[label] = values.reduce((sum, value) => sum + value, 0) / values.length
  }
  return mean
}
