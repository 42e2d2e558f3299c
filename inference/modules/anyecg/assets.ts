import { AppError } from '../../../core/errors/app-error.ts'
import type { ModelManifest, Models } from '../../../core/model.ts'
import { objectOf } from '../../decision/site-json.ts'
import { currentOutput } from './infer.ts'
import type { ConditionLabel, LabelReliability, LabelsAsset } from './types.ts'

const OTHER = { key: 'other', title: 'Not assigned to an organ system' }

/** The parsed JSON of an asset that a folder may lack. */
export function optionalAsset({ asset }: Pick<Models, 'asset'>, role: string, file: string): unknown {
  try {
    return asset(role, file)
  } catch (error) {
    if (error instanceof AppError && error.code === 'MODEL_UNAVAILABLE') return undefined
    throw error
  }
}

/**
 * What each label of the model's current output is, in its order. `labels.json` says it; of a label that it does not name, or
 * without that file, model.json does: its code and display, without chapter.
 *
 * @throws AppError MODEL_UNAVAILABLE reason `asset` at labels.json: not in the form of `LabelsAsset`
 */
export function labelsOf(asset: unknown, manifest: ModelManifest): LabelsAsset {
  const { chapters, labels } = asset === undefined ? { chapters: [], labels: [] } : checked(asset)
  const known = new Map(labels.map((label) => [label.key, label]))
  const all = currentOutput(manifest).labels.map(({ key, coding: [coding] }): ConditionLabel => {
    const found = known.get(key)
    if (found) return found
    return {
      key,
      title: coding?.display ?? key,
      chapter: OTHER.key,
      ...(coding ? { coding } : {}),
      data: manifest.training.kind === 'real' ? 'real' : 'simulated'
    }
  })
  const isOther = all.some(({ chapter }) => !chapters.some(({ key }) => key === chapter))
  return { chapters: isOther ? [...chapters, OTHER] : chapters, labels: all }
}

function checked(asset: unknown): LabelsAsset {
  const { chapters, labels } = (objectOf(asset) ?? {}) as Partial<LabelsAsset>
  const isText = (value: unknown): boolean => typeof value === 'string'
  const isWhole =
    Array.isArray(chapters) &&
    chapters.every((one) => isText(one?.key) && isText(one?.title)) &&
    Array.isArray(labels) &&
    labels.every(
      (one) =>
        isText(one?.key) &&
        isText(one?.title) &&
        isText(one?.chapter) &&
        (one.data === 'real' || one.data === 'simulated')
    )
  if (!isWhole) throw new AppError('MODEL_UNAVAILABLE', { reason: 'asset', at: 'labels.json' })
  return { chapters, labels }
}

/**
 * Reliability by label; empty where the folder has no table. A row with a figure that is none is as no row: nothing is shown on it.
 */
export function reliabilityOf(asset: unknown): ReadonlyMap<string, LabelReliability> {
  const rows = objectOf(asset)?.['labels']
  if (!Array.isArray(rows)) return new Map()
  return new Map((rows as LabelReliability[]).filter(isWholeRow).map((row) => [row.key, row]))
}

function isWholeRow(row: LabelReliability): boolean {
  const { key, n, positives, auroc, ageSexAuroc, gain, gainCi, ece } = objectOf(row) ? row : ({} as LabelReliability)
  return (
    typeof key === 'string' &&
    Array.isArray(gainCi) &&
    [n, positives, auroc, ageSexAuroc, gain, ece, ...gainCi].every((value) => Number.isFinite(value))
  )
}

/** Pairs of the comorbidity lift. */
export function liftPairs(asset: unknown): { a: string; b: string; logOddsRatio: number }[] {
  const pairs = objectOf(asset)?.['pairs']
  if (!Array.isArray(pairs)) return []
  return (pairs as { a: string; b: string; logOddsRatio: number }[]).filter(({ logOddsRatio }) =>
    Number.isFinite(logOddsRatio)
  )
}
