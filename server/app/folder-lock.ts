import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { AppError } from '../../core/errors/app-error.ts'

/**
 * Takes a folder for this process alone. The lock is SQLite's on a file in it, and dies with its holder.
 *
 * @returns gives the folder back
 * @throws AppError CONFIG_INVALID at `dataDir`, reason 'in-use', while another process has it
 */
export function lockFolder(dir: string): () => void {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const lock = new Database(join(dir, '.lock'), { timeout: 0 })
  try {
    lock.exec('BEGIN EXCLUSIVE')
  } catch (cause) {
    lock.close()
    throw new AppError('CONFIG_INVALID', { at: 'dataDir', reason: 'in-use', cause })
  }
  return () => lock.close()
}
