import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../core/errors/app-error.ts'

const MAX_LENGTH = 200
/** Letters, digits and a few signs between slashes; no part begins with a dot, so that none leads out of the folder. */
const RECORD = /^[A-Za-z0-9_][A-Za-z0-9_.-]*(?:\/[A-Za-z0-9_][A-Za-z0-9_.-]*)*$/

/**
 * Header and signal file of a WFDB record named by a table.
 *
 * @param at place of the name in the table
 * @throws AppError BAD_REQUEST reason `record-name`: a name that could lead out of the folder, or none
 */
export function wfdbFiles(dir: string, record: string, at: string): string[] {
  if (record.length > MAX_LENGTH || !RECORD.test(record))
    throw new AppError('BAD_REQUEST', { reason: 'record-name', at })
  return [join(dir, `${record}.hea`), join(dir, `${record}.dat`)]
}

export const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false
  )
