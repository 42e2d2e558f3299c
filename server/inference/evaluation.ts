import type { MetricRow } from '../../inference/metrics/rows.ts'
import type { InferenceRuntime } from '../../inference/runtime/runtime.ts'
import type { Recording } from './recording.ts'

/** The object that `hisbundle evaluate --json` prints (design section 7). */
export interface Evaluation {
  module: string
  model: { name: string; version: string; sha256: string }
  /** positives: of the module's leading label. */
  data: { name: string; n: number; patients: number; positives: number }
  metrics: MetricRow[]
  baselines: { name: string; metric: string; value: number; ci: [number, number] }[]
  refused: { code: string; n: number }[]
  seconds: number
}

export interface EvaluateOptions {
  runtime: InferenceRuntime
  policy?: Record<string, unknown>
  /** Judge records that the model was trained on as well. */
  includeTraining?: boolean
  /** Bootstrap draws; 2,000 by specs section B. */
  draws?: number
  /** Runs in flight. */
  parallel?: number
  decode?(files: readonly string[]): Promise<Recording>
  onProgress?(done: number): void
}
