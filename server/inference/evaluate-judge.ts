import { basename } from 'node:path'
import { AppError } from '../../core/errors/app-error.ts'
import type { AnnotatedRecording, InferenceModule, Judgement } from '../../core/inference-module.ts'
import type { ModelFolder } from '../../core/model.ts'
import { annotatedRecordings } from './annotated-folder.ts'
import type { EvaluateOptions, Evaluation } from './evaluation.ts'
import { trainingHashes } from './training-records.ts'

/** What stands where a module measures without a model, or its model cannot run. */
const NO_MODEL = { name: 'none', version: '', sha256: '' }

/**
 * Scores a module that judges itself, on a folder of annotated records, through the same worker pool and policy as on the
 * path. Where the folder holds records that the model has not seen, only these are judged, and those it was trained on are counted
 * under `refused` as `training-record`. Where it holds none, all are judged and the name of the data says so; so does `includeTraining`.
 *
 * @throws AppError BAD_REQUEST reason `no-dataset` or `no-records`
 */
export async function evaluateByJudge(
  module: InferenceModule,
  dir: string,
  options: EvaluateOptions
): Promise<Evaluation> {
  const started = performance.now()
  const { judged, model, refused, data } = await judgedRecordings(module, dir, options)
  return {
    module: module.manifest.id,
    model,
    data: { name: data, n: judged.n, patients: judged.patients, positives: judged.positives },
    metrics: judged.metrics.map((row) => ({ ...row, ci: row.ci ?? [null, null] })),
    baselines: judged.baselines,
    refused,
    seconds: (performance.now() - started) / 1000
  }
}

/** What the module says of itself on the recordings of a folder; which these are, `evaluateByJudge` says. */
export async function judgedRecordings(
  module: InferenceModule,
  dir: string,
  options: EvaluateOptions
): Promise<{ judged: Judgement; model: Evaluation['model']; refused: Evaluation['refused']; data: string }> {
  const { runtime, policy = {}, draws = 2000, includeTraining = false } = options
  if (!module.judge) throw new AppError('BAD_REQUEST', { reason: 'no-dataset' })
  const folder = modelOf(module, runtime)
  const seen = folder ? await trainingHashes(folder) : new Set<string>()
  const leaveOut = !includeTraining && (await hasUnseen(dir, seen))
  let left = 0
  let trainedOn = 0
  async function* chosen(): AsyncIterable<AnnotatedRecording> {
    for await (const recording of annotatedRecordings(dir)) {
      const isSeen = seen.has(recording.sha256)
      if (isSeen && leaveOut) left++
      else {
        if (isSeen) trainedOn++
        yield recording
      }
    }
  }
  const judged = await module.judge(chosen(), {
    run: (input, parameters = {}) =>
      runtime.run(
        module.manifest.id,
        input,
        { ...policy, parameters: { ...(policy['parameters'] as object | undefined), ...parameters } },
        { waitMs: 600_000 }
      ),
    draws,
    ...(options.onProgress ? { onProgress: options.onProgress } : {})
  })
  const refused = [...judged.refused, ...(left > 0 ? [{ code: 'training-record', n: left }] : [])]
  if (judged.n === 0 && refused.length === 0) throw new AppError('BAD_REQUEST', { reason: 'no-records' })
  return {
    judged,
    model: folder
      ? { name: folder.manifest.name, version: folder.manifest.version, sha256: folder.manifest.sha256 }
      : NO_MODEL,
    refused: refused.sort((a, b) => (a.code < b.code ? -1 : 1)),
    data: trainedOn > 0 ? `${basename(dir)} (training records included)` : basename(dir)
  }
}

/** The module's model, or undefined where it has none that can run: it then serves by the path that needs none. */
function modelOf(module: InferenceModule, runtime: EvaluateOptions['runtime']): ModelFolder | undefined {
  const role = module.manifest.models[0]
  if (role === undefined) return undefined
  try {
    return runtime.model(role)
  } catch (error) {
    if (error instanceof AppError && error.code === 'MODEL_UNAVAILABLE') return undefined
    throw error
  }
}

async function hasUnseen(dir: string, seen: ReadonlySet<string>): Promise<boolean> {
  if (seen.size === 0) return true
  for await (const { sha256 } of annotatedRecordings(dir)) if (!seen.has(sha256)) return true
  return false
}
