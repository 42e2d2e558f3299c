import { join } from 'node:path'
import { AppError } from '../../../core/errors/app-error.ts'
import type { EvaluationCase } from '../../../core/inference-module.ts'
import { PLAIN_TABLE, plainCases } from '../../labelled/plain.ts'
import { POTASSIUM_LABELS } from '../../labelled/potassium.ts'
import { isThere } from '../../labelled/wfdb-files.ts'

/**
 * The labelled cases of a folder: WFDB records and `manifest.csv` with header `record,patient,k_mmol_l[,age,sex,reference]`
 * (inference/labelled/plain.ts). Labels: the four thresholds as 0 | 1 and `k_mmol_l`; a table without `k_mmol_l` may give the
 * thresholds as columns of their own. `reference` names the record of the same person's earlier tracing at a normal potassium.
 *
 * @throws AppError BAD_REQUEST reason `manifest-missing`; else as `plainCases`
 */
export async function* dataset(dir: string): AsyncIterable<EvaluationCase> {
  // A folder of another layout holds no potassium.
  if (!(await isThere(join(dir, PLAIN_TABLE))))
    throw new AppError('BAD_REQUEST', { reason: 'manifest-missing', at: PLAIN_TABLE })
  const wanted = [...POTASSIUM_LABELS, 'k_mmol_l']
  for await (const one of plainCases(dir, { labels: wanted })) {
    const labels = Object.fromEntries(wanted.flatMap((key) => (key in one.labels ? [[key, one.labels[key]!]] : [])))
    // Results lead with > 5.5, in whatever order the columns stand: a case that does not say it is none.
    const isAsked = POTASSIUM_LABELS[0]! in labels
    yield { ...one, labels, ...(isAsked || one.refused ? {} : { refused: 'outcome-missing' }) }
  }
}
