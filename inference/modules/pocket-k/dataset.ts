import { join } from 'node:path'
import { AppError } from '../../../core/errors/app-error.ts'
import type { EvaluationCase } from '../../../core/inference-module.ts'
import { PLAIN_TABLE, plainCases } from '../../labelled/plain.ts'
import { isThere } from '../../labelled/wfdb-files.ts'

/**
 * The labelled cases of a folder: WFDB records and `manifest.csv` with header `record,patient,k_mmol_l[,age,sex,reference]`
 * (inference/labelled/plain.ts). Labels: the four thresholds as 0 | 1 and `k_mmol_l`. `reference` names the record of the same
 * person's earlier tracing at a normal potassium.
 *
 * @throws AppError BAD_REQUEST reason `manifest-missing`; else as `plainCases`
 */
export async function* dataset(dir: string): AsyncIterable<EvaluationCase> {
  // A folder of another layout holds no potassium.
  if (!(await isThere(join(dir, PLAIN_TABLE))))
    throw new AppError('BAD_REQUEST', { reason: 'manifest-missing', at: PLAIN_TABLE })
  for await (const one of plainCases(dir, { labels: ['k_mmol_l'] })) {
    const potassium = one.labels['k_mmol_l']
    if (potassium === undefined) {
      yield one
      continue
    }
    yield {
      ...one,
      labels: {
        'k-gt-5.5': Number(potassium > 5.5),
        'k-ge-6.0': Number(potassium >= 6),
        'k-gt-6.5': Number(potassium > 6.5),
        'k-lt-3.5': Number(potassium < 3.5),
        k_mmol_l: potassium
      }
    }
  }
}
