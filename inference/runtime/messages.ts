import type { AppError } from '../../core/errors/app-error.ts'
import type { ModelManifest, Tensor } from '../../core/model.ts'

/** What a worker is given when it is made. */
export interface WorkerSetup {
  models: { role: string; path: string; manifest: ModelManifest; site: Record<string, unknown> }[]
  /** Module folders' index files as file URLs. */
  modules: { id: string; url: string }[]
  intraOpThreads: number
}

export type JobMessage =
  | { id: number; kind: 'run'; module: string; input: unknown; policy: Record<string, unknown> }
  | { id: number; kind: 'infer'; role: string; inputs: Record<string, Tensor> }

export type PlainError = ReturnType<AppError['toJSON']>

export type WorkerMessage =
  /** Sessions loaded and warmed up; roles and modules that could not be loaded, with the reason. */
  | { kind: 'ready'; failures: { role?: string; module?: string; error: PlainError }[] }
  | { kind: 'done'; id: number; value: unknown; ms: number }
  | { kind: 'failed'; id: number; error: PlainError; ms: number }
