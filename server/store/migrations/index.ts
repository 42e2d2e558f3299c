import { resources } from './0001-resources.ts'
import type { Migration } from './migration.ts'

/** Every step, oldest first. */
export const MIGRATIONS: readonly Migration[] = [resources]
