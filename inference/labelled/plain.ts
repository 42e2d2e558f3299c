import { join } from 'node:path'
import { AppError } from '../../core/errors/app-error.ts'
import type { LabelledCase, LabelledOptions } from './labelled-case.ts'
import { personGroups } from './person.ts'
import { tableRows } from './table.ts'
import { wfdbFiles } from './wfdb-files.ts'

export const PLAIN_TABLE = 'manifest.csv'

/** Columns that are no labels. */
const NAMED: readonly string[] = ['record', 'patient', 'age', 'sex', 'k_mmol_l', 'reference']
/** mmol/L; outside lies a unit error, or no living person. */
const POTASSIUM = { lowest: 1, highest: 12 }
const MAX_LABELS = 2000

/**
 * The cases of a plain folder: WFDB records and `manifest.csv` with the columns
 * | column | what |
 * |---|---|
 * | `record` | name of the record, `/` between folders |
 * | `patient` | who it is of; a record without one is taken as a person of its own |
 * | `age`, `sex` | optional: years; m.. or f.. |
 * | `k_mmol_l` | optional: potassium, 1 to 12; label `k_mmol_l` |
 * | `reference` | optional: record of the same person's earlier tracing |
 * | any other | a label: 1 has it, 0 has it not, empty unknown |
 *
 * @throws AppError BAD_REQUEST with the line: reasons `column-missing`, `table`, `record-name`, `potassium`, `label`,
 *   `labels-too-many`
 */
export async function* plainCases(dir: string, options: LabelledOptions = {}): AsyncIterable<LabelledCase> {
  const needed = ['record', 'patient', ...(options.labels ?? []).filter((name) => name === 'k_mmol_l')]
  for await (const { at, cells } of tableRows(join(dir, PLAIN_TABLE), needed)) {
    const record = cells['record']!
    const files = wfdbFiles(dir, record, at)
    const reference = cells['reference']
    yield {
      recordId: record,
      patientId: cells['patient'] || record,
      files,
      labels: labelsOf(cells, at, options.labels),
      groups: personGroups({ age: ageOf(cells['age'] ?? ''), sex: sexOf(cells['sex'] ?? '') }),
      ...(reference ? { reference: { recordId: reference, files: wfdbFiles(dir, reference, at) } } : {})
    }
  }
}

function labelsOf(
  cells: Record<string, string>,
  at: string,
  wanted: readonly string[] | undefined
): Record<string, number> {
  const labels: Record<string, number> = {}
  const columns = Object.keys(cells)
  if (columns.length > MAX_LABELS + NAMED.length) throw new AppError('BAD_REQUEST', { reason: 'labels-too-many', at })
  for (const [place, column] of columns.entries()) {
    if (column === '' || NAMED.includes(column) || (wanted && !wanted.includes(column))) continue
    const cell = cells[column]!
    if (cell === '') continue
    if (cell !== '0' && cell !== '1')
      throw new AppError('BAD_REQUEST', { reason: 'label', at: `${at} column ${place + 1}` })
    labels[column] = Number(cell)
  }
  const potassium = cells['k_mmol_l']
  if (potassium !== undefined && (potassium !== '' || wanted?.includes('k_mmol_l'))) {
    const value = Number(potassium)
    if (potassium === '' || !(value >= POTASSIUM.lowest && value <= POTASSIUM.highest))
      throw new AppError('BAD_REQUEST', { reason: 'potassium', at })
    labels['k_mmol_l'] = value
  }
  return labels
}

const ageOf = (text: string): number | undefined => (text === '' ? undefined : Number(text))

function sexOf(text: string): 'male' | 'female' | undefined {
  if (/^m/i.test(text)) return 'male'
  return /^f/i.test(text) ? 'female' : undefined
}
