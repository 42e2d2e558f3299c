import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../../core/errors/app-error.ts'
import type { EvaluationCase } from '../../../core/inference-module.ts'

/**
 * The labelled cases of a folder: WFDB records and `manifest.csv` with header `record,patient,k_mmol_l[,age,sex]`.
 * Labels: the four thresholds as 0 | 1 and `k_mmol_l`. Groups: sex and age in years, where given. Further columns are
 * ignored.
 *
 * @throws AppError BAD_REQUEST with the line of a missing column, a path that leaves the folder, or no number
 */
export async function* dataset(dir: string): AsyncIterable<EvaluationCase> {
  const text = await readFile(join(dir, 'manifest.csv'), 'utf8').catch((cause: unknown) => {
    throw new AppError('BAD_REQUEST', { reason: 'manifest-missing', at: 'manifest.csv', cause })
  })
  const [header = '', ...lines] = text.split(/\r?\n/).filter((line) => line.trim() !== '')
  const columns = header.split(',').map((name) => name.trim())
  for (const name of ['record', 'patient', 'k_mmol_l']) {
    if (!columns.includes(name))
      throw new AppError('BAD_REQUEST', { reason: 'column-missing', at: `manifest.csv ${name}` })
  }
  for (const [index, line] of lines.entries()) {
    const cells = line.split(',').map((cell) => cell.trim())
    const cell = (name: string): string => cells[columns.indexOf(name)] ?? ''
    const record = cell('record')
    const potassium = Number(cell('k_mmol_l'))
    const at = `manifest.csv line ${index + 2}`
    if (!/^[A-Za-z0-9_][A-Za-z0-9_./-]*$/.test(record) || record.includes('..')) {
      throw new AppError('BAD_REQUEST', { reason: 'record-name', at })
    }
    if (cell('k_mmol_l') === '' || !(potassium >= 1 && potassium <= 12)) {
      throw new AppError('BAD_REQUEST', { reason: 'potassium', at })
    }
    yield {
      recordId: record,
      patientId: cell('patient') || record,
      files: [join(dir, `${record}.hea`), join(dir, `${record}.dat`)],
      labels: {
        'k-gt-5.5': Number(potassium > 5.5),
        'k-ge-6.0': Number(potassium >= 6),
        'k-gt-6.5': Number(potassium > 6.5),
        'k-lt-3.5': Number(potassium < 3.5),
        k_mmol_l: potassium
      },
      groups: groupsOf(cell('age'), cell('sex'))
    }
  }
}

function groupsOf(age: string, sex: string): Record<string, string> {
  const groups: Record<string, string> = {}
  if (/^[mf]/i.test(sex)) groups['sex'] = /^m/i.test(sex) ? 'male' : 'female'
  const years = Number(age)
  if (age !== '' && years >= 0 && years < 130) groups['age'] = String(years)
  return groups
}
