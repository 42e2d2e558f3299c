import type { AppError } from '../../core/errors/app-error.ts'
import type { ModelFolder } from '../../core/model.ts'

/** What serves a role, or why nothing does. */
export type RoleEntry = { kind: 'model'; folder: ModelFolder } | { kind: 'refused'; dir: string; error: AppError }
