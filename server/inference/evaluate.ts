import { basename } from 'node:path'
import { AppError } from '../../core/errors/app-error.ts'
import type { EvaluationCase, InferenceModule } from '../../core/inference-module.ts'
import type { Scored } from '../../inference/metrics/discrimination.ts'
import { groupRows, labelRows } from '../../inference/metrics/rows.ts'
import { evaluateByJudge } from './evaluate-judge.ts'
import type { EvaluateOptions, Evaluation } from './evaluation.ts'
import { readWfdbFiles } from './recording.ts'
import { trainingHashes } from './training-records.ts'

type Judged = EvaluationCase & { scores: Record<string, number> }

/**
 * Scores a module on a labelled folder, through the same worker pool and policy as on the path. Records whose signal file
 * the model was trained on are left out and counted under `refused` as `training-record`. A labelled folder vouches for adults where it gives no ages.
 * A module that judges itself (`judge`) is given the annotated records of the folder instead.
 *
 * @throws AppError BAD_REQUEST reason `no-dataset` or `no-cases`; MODEL_UNAVAILABLE, MODEL_CHANGED
 */
export async function evaluate(module: InferenceModule, dir: string, options: EvaluateOptions): Promise<Evaluation> {
  const started = performance.now()
  const { runtime, draws = 2000, includeTraining = false } = options
  if (module.judge) return evaluateByJudge(module, dir, options)
  if (!module.dataset || !module.inputFrom || !module.scores)
    throw new AppError('BAD_REQUEST', { reason: 'no-dataset' })
  const folder = runtime.model(module.manifest.models[0]!)
  const training = await trainingHashes(folder)
  const judged: Judged[] = []
  const refused = new Map<string, number>()
  const work = async (one: EvaluationCase): Promise<void> => {
    const recording = await (options.decode ?? readWfdbFiles)(one.files)
    if (!includeTraining && recording.sha256 && training.has(recording.sha256)) {
      refused.set('training-record', (refused.get('training-record') ?? 0) + 1)
      return
    }
    const age = one.groups['age'] === undefined ? recording.age : Number(one.groups['age'])
    const input = module.inputFrom!({ waveform: recording.waveform, age, sex: one.groups['sex'] ?? recording.sex })
    const vouched = age === undefined ? { ...(input as object), adultVouched: true } : input
    const findings = await runtime.run(module.manifest.id, vouched, options.policy ?? {}, { waitMs: 600_000 })
    const scores = module.scores!(findings)
    if (isRefusal(scores)) refused.set(scores.refused, (refused.get(scores.refused) ?? 0) + 1)
    else judged.push({ ...one, scores })
    options.onProgress?.(judged.length)
  }
  await forEachParallel(module.dataset(dir), options.parallel ?? 8, work)
  if (judged.length === 0 && refused.size === 0) throw new AppError('BAD_REQUEST', { reason: 'no-cases' })
  // Parallel runs end in any order; the bootstrap must not depend on it.
  judged.sort((a, b) => (a.recordId < b.recordId ? -1 : 1))
  const labels = [
    ...new Set(judged.flatMap(({ scores, labels: truth }) => Object.keys(scores).filter((key) => key in truth)))
  ]
  const site = { ...folder.site, ...options.policy }
  const metrics = labels.flatMap((label) =>
    labelRows(label, scored(judged, label), { threshold: operatingPoint(site, label), draws })
  )
  const groups = labels.slice(0, 1).flatMap((label) => groupRows(label, withGroups(judged, label), draws))
  return {
    module: module.manifest.id,
    model: { name: folder.manifest.name, version: folder.manifest.version, sha256: folder.manifest.sha256 },
    data: {
      name: includeTraining ? `${basename(dir)} (training records included)` : basename(dir),
      n: judged.length,
      patients: new Set(judged.map(({ patientId }) => patientId)).size,
      positives: judged.filter((one) => one.labels[labels[0]!] === 1).length
    },
    metrics: [...metrics, ...groups],
    baselines: labels.flatMap((label) => constantBaseline(label, scored(judged, label))),
    refused: [...refused].map(([code, n]) => ({ code, n })).sort((a, b) => (a.code < b.code ? -1 : 1)),
    seconds: (performance.now() - started) / 1000
  }
}

/** What a score that never changes reaches: AUROC one half by definition, and an NPV of one minus the prevalence. */
function constantBaseline(label: string, cases: readonly Scored[]): Evaluation['baselines'] {
  if (cases.length === 0) return []
  const npv = cases.filter((one) => one.label === 0).length / cases.length
  return [
    { name: 'constant score', metric: `auroc ${label}`, value: 0.5, ci: [0.5, 0.5] },
    { name: 'constant score', metric: `npv ${label}`, value: npv, ci: [npv, npv] }
  ]
}

const scored = (judged: readonly Judged[], label: string): Scored[] =>
  judged.flatMap(({ patientId, scores, labels }) => {
    const probability = scores[label]
    return probability === undefined ? [] : [{ patient: patientId, probability, label: labels[label] === 1 ? 1 : 0 }]
  })

const withGroups = (judged: readonly Judged[], label: string) =>
  judged.flatMap((one) => {
    const { age: _age, ...groups } = one.groups
    return scored([one], label).map((single) => ({ ...single, groups }))
  })

/** Operating point of a label, at or above which a case counts as positive. */
function operatingPoint(site: Record<string, unknown>, label: string): number | undefined {
  const points = site['operatingPoints'] as Record<string, { threshold?: unknown } | undefined> | undefined
  const value = points?.[label]?.threshold
  return typeof value === 'number' ? value : undefined
}

const isRefusal = (scores: { refused: string } | Record<string, number>): scores is { refused: string } =>
  typeof (scores as { refused?: unknown }).refused === 'string'

/** Takes from the source only as fast as the work ends: memory stays bounded on any folder. */
async function forEachParallel<T>(
  source: AsyncIterable<T>,
  parallel: number,
  work: (item: T) => Promise<void>
): Promise<void> {
  const running = new Set<Promise<void>>()
  for await (const item of source) {
    const task = work(item).finally(() => running.delete(task))
    running.add(task)
    if (running.size >= parallel) await Promise.race(running)
  }
  await Promise.all(running)
}
