import { basename } from 'node:path'
import { AppError } from '../../core/errors/app-error.ts'
import type { Comparison, InferenceModule } from '../../core/inference-module.ts'
import type { ModelFolder } from '../../core/model.ts'
import { type Judged, judgeCases } from './evaluate-cases.ts'
import { evaluateByJudge } from './evaluate-judge.ts'
import { rowsOf } from './evaluate-rows.ts'
import type { EvaluateOptions, Evaluation } from './evaluation.ts'
import { measuredFeatures } from './measured-features.ts'
import { modelAsset } from './model-asset.ts'
import { readWfdbFiles } from './recording.ts'

/**
 * Scores a module on a labelled folder, through the same worker pool and policy as on the path. Records that a model of the
 * module was trained on are left out and counted under `refused` as `training-record`. A labelled folder of recordings vouches
 * for adults where it gives no ages. A module that judges itself (`judge`) is given the annotated records of the folder instead.
 *
 * @throws AppError BAD_REQUEST reason `no-dataset`, `no-cases`, or `labels-unknown` (no label of the folder is one of the model);
 *   MODEL_UNAVAILABLE, MODEL_CHANGED
 */
export async function evaluate(module: InferenceModule, dir: string, options: EvaluateOptions): Promise<Evaluation> {
  const started = performance.now()
  const { runtime, draws = 2000, includeTraining = false } = options
  if (module.judge) return evaluateByJudge(module, dir, options)
  if (!module.dataset || !module.scores) throw new AppError('BAD_REQUEST', { reason: 'no-dataset' })
  const folder = runtime.model((await module.roleFor?.(dir)) ?? servingRole(runtime, module))
  const found = await judgeCases(module, dir, options)
  const { judged, refused } = found
  if (judged.length === 0 && refused.size === 0) throw new AppError('BAD_REQUEST', { reason: 'no-cases' })
  const cutOf = siteCuts(module, judged, { ...folder.site, ...options.policy })
  const { metrics, baselines, leading } = rowsOf(found, { cutOf, draws })
  if (judged.length > 0 && leading === undefined) throw new AppError('BAD_REQUEST', { reason: 'labels-unknown' })
  // One record may be judged at several moments.
  const leadingCases = judged.filter(({ scores }) => leading === undefined || leading in scores)
  const compared: Comparison =
    judged.length === 0 || !module.compare
      ? { metrics: [], baselines: [] }
      : await module.compare(
          judged.map(({ one, findings }) => ({ case: one, findings })),
          {
            draws,
            asset: (role, file) => modelAsset(modelOf(runtime, role), file),
            measured: measuredFeatures(options.decode ?? readWfdbFiles)
          }
        )
  return {
    module: module.manifest.id,
    model: answeringModel(module, judged) ?? {
      name: folder.manifest.name,
      version: folder.manifest.version,
      sha256: folder.manifest.sha256
    },
    data: {
      name: includeTraining ? `${basename(dir)} (training records included)` : basename(dir),
      n: leadingCases.length,
      patients: new Set(leadingCases.map(({ one }) => one.patientId)).size,
      positives: leadingCases.filter(({ one }) => one.labels[leading ?? ''] === 1).length
    },
    metrics: [...metrics, ...compared.metrics.map((row) => ({ ...row, ci: row.ci ?? ([null, null] as [null, null]) }))],
    baselines: [...baselines, ...compared.baselines],
    refused: [...refused].map(([code, n]) => ({ code, n })).sort((a, b) => (a.code < b.code ? -1 : 1)),
    seconds: (performance.now() - started) / 1000
  }
}

/** A model elsewhere that answered instead of the folder's (a language model): nobody knows its bytes. */
function answeringModel(module: InferenceModule, judged: readonly Judged[]): Evaluation['model'] | undefined {
  const [first] = judged
  const other = first && module.answeredBy?.(first.findings)
  return other && { name: other.name, version: other.version, sha256: '' }
}

/** Where the site cuts each label: as the findings say it was served, else the threshold that its operating points write down. */
export function siteCuts(
  module: InferenceModule,
  judged: readonly Judged[],
  site: Record<string, unknown>
): (label: string) => number | undefined {
  const served = Object.assign({}, ...judged.map(({ findings }) => module.cuts?.(findings))) as Record<string, number>
  const points = site['operatingPoints'] as Record<string, { threshold?: unknown } | undefined> | undefined
  return (label) => {
    const written = points?.[label]?.threshold
    return served[label] ?? (typeof written === 'number' ? written : undefined)
  }
}

/** The first of the module's roles that anything serves; where nothing does, the first. */
const servingRole = (runtime: EvaluateOptions['runtime'], { manifest: { models } }: InferenceModule): string =>
  models.find((role) => modelOf(runtime, role)) ?? models[0]!

/** The folder that serves a role, or undefined where none can. */
function modelOf(runtime: EvaluateOptions['runtime'], role: string): ModelFolder | undefined {
  try {
    return runtime.model(role)
  } catch (error) {
    if (error instanceof AppError && error.code === 'MODEL_UNAVAILABLE') return undefined
    throw error
  }
}
