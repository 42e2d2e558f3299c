import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../core/errors/app-error.ts'

const MAX_LENGTH = 200
/** Letters, digits and a few signs between slashes; no part begins with a dot, so that none leads out of the folder. */
const RECORD = /^[\p{L}\p{N}_][\p{L}\p{N}\p{M}_. +=,()-]*(?:\/[\p{L}\p{N}_][\p{L}\p{N}\p{M}_. +=,()-]*)*$/u

/**
 * Header and signal file of a WFDB record named by a table, with the ending of one of them or without.
 *
 * @param at place of the name in the table
 * @throws AppError BAD_REQUEST reason `record-name`: a name that could lead out of the folder, or none
 */
export function wfdbFiles(dir: string, name: string, at: string): string[] {
  const record = recordName(name)
  if (record.length > MAX_LENGTH || !RECORD.test(record))
    throw new AppError('BAD_REQUEST', { reason: 'record-name', at })
  return [join(dir, `${record}.hea`), join(dir, `${record}.dat`)]
}

/** './a/r1.hea' as 'a/r1'. */
export const recordName = (name: string): string => name.replace(/^\.\//, '').replace(/\.(?:hea|dat)$/i, '')

export const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false
  )
