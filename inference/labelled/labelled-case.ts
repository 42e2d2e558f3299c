import type { EvaluationCase } from '../../core/inference-module.ts'

/** One record of a labelled folder. A label that the folder does not know of this record is absent, never 0. */
export interface LabelledCase extends EvaluationCase {
  /** The same person's earlier tracing that the folder sets beside it, where it does. */
  reference?: { recordId: string; files: string[] }
}

export interface LabelledOptions {
  /** Columns of a plain folder that are labels; default: every column that is not another thing (see plain.ts). */
  labels?: readonly string[]
}
