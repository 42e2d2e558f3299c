import { join } from 'node:path'
import { AppError } from '../../core/errors/app-error.ts'
import type { LabelledCase, LabelledOptions } from './labelled-case.ts'
import { PLAIN_TABLE, plainCases } from './plain.ts'
import { PTB_XL_TABLE, ptbXlCases } from './ptb-xl.ts'
import { isThere } from './wfdb-files.ts'

export type { LabelledCase, LabelledOptions } from './labelled-case.ts'
export { SUPERCLASSES } from './ptb-xl.ts'

/**
 * The labelled cases of a folder of WFDB records, one at a time; the folder's table says how it is laid out.
 *
 * @throws AppError BAD_REQUEST reason `manifest-missing` when it has neither table; else as ptb-xl.ts and plain.ts
 * @example
 * for await (const { recordId, labels } of labelledCases('ptbxl')) console.log(recordId, labels.NORM)
 */
export async function* labelledCases(dir: string, options: LabelledOptions = {}): AsyncIterable<LabelledCase> {
  if (await isThere(join(dir, PTB_XL_TABLE))) yield* ptbXlCases(dir)
  else if (await isThere(join(dir, PLAIN_TABLE))) yield* plainCases(dir, options)
  else throw new AppError('BAD_REQUEST', { reason: 'manifest-missing', at: `${PTB_XL_TABLE} or ${PLAIN_TABLE}` })
}
