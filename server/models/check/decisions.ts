import type { ModelFolder } from '../../../core/model.ts'
import { calibrated, labelCalibration, oodDistance } from '../../../inference/decision/index.ts'
import { outputOf } from '../../../inference/runtime/manifest.ts'
import { readAssets } from '../../../inference/runtime/registry.ts'
import { type LoadedPair, madeInputs, run } from './graph.ts'
import type { CheckRow } from './row.ts'

/**
 * What is done with the outputs: each label's calibration can be computed and rises, and the distance from the training data is one of
 * this model's embedding.
 *
 * @throws AppError MODEL_UNAVAILABLE reasons `calibration`, `ood`
 */
export async function checkDecisions(
  folder: ModelFolder,
  { served }: LoadedPair
): Promise<Omit<CheckRow, 'check'> | string> {
  const { calibration, outputs, ood } = folder.manifest
  const labels = [...new Set(outputs.flatMap(({ labels = [] }) => labels.map(({ key }) => key)))]
  for (const label of labels) calibrated(0, labelCalibration(calibration, label, labels))
  const said: string[] = []
  if (ood) {
    const name = outputOf(folder.manifest, 'embedding')?.name ?? ''
    const asset = (await readAssets(folder.dir, folder.manifest)).get(ood.file)
    const embedding = (await run(served, madeInputs(folder, 1, 1)))[name]?.data ?? new Float32Array()
    oodDistance(embedding, asset)
    said.push(`distance of an embedding of ${embedding.length} can be told`)
  }
  if (calibration.method !== 'none') return [`calibrated by ${calibration.method}`, ...said].join('; ')
  return {
    outcome: 'remark',
    detail: ['not calibrated: scores, no probabilities, no predictive values', ...said].join('; ')
  }
}
