import { join } from 'node:path'
import { AppError } from '../../core/errors/app-error.ts'
import { labelCell, numberCell } from './cells.ts'
import type { LabelledCase, LabelledOptions } from './labelled-case.ts'
import { personGroups } from './person.ts'
import { potassiumLabels } from './potassium.ts'
import { tableRows } from './table.ts'
import { isThere, recordName, wfdbFiles } from './wfdb-files.ts'

export const PLAIN_TABLE = 'manifest.csv'

const POTASSIUM = 'k_mmol_l'
/** Columns that are no labels. */
const NAMED: readonly string[] = ['record', 'patient', 'age', 'sex', POTASSIUM, 'reference']
const MAX_LABELS = 2000
/** Letters, words, and PTB-XL's 0 and 1. Another digit is another code (ISO 5218), in which 1 is a man. */
const MALE = /^(?:0|m|male|man|männlich|maennlich)$/i
const FEMALE = /^(?:1|f|female|woman|w|weiblich)$/i
const ANOTHER_CODE = /^\d/

/**
 * The cases of a plain folder: WFDB records and `manifest.csv` with the columns
 * | column | what |
 * |---|---|
 * | `record` | name of the record, `/` between folders, with `.hea` or without |
 * | `patient` | who it is of; a record without one is taken as a person of its own |
 * | `age`, `sex` | optional: years, from 300 on 90; m.., f.., or 0 male, 1 female |
 * | `k_mmol_l` | optional: potassium, 1 to 12, or `>9.0`, `<2.0` (potassium.ts) |
 * | `reference` | optional: record of the same person's earlier tracing |
 * | any other | a label: 1 has it, 0 has it not, empty or `NA` unknown |
 *
 * Given as refused: `record-twice` (a record that an earlier line named: the first counts), `record-missing`, `outcome-missing`
 * (no label is known).
 *
 * @throws AppError BAD_REQUEST with the line: reasons `column-missing`, `table`, `record-name`, `potassium`, `label`, `sex`,
 *   `labels-too-many`
 */
export async function* plainCases(dir: string, options: LabelledOptions = {}): AsyncIterable<LabelledCase> {
  const named = new Set<string>()
  for await (const { at, cells } of tableRows(join(dir, PLAIN_TABLE), ['record', 'patient'])) {
    requireLabel(cells, options.labels)
    const files = wfdbFiles(dir, cells['record']!, at)
    const record = recordName(cells['record']!)
    const reference = cells['reference']
    const labels = labelsOf(cells, at, options.labels)
    const isTwice = named.has(record)
    named.add(record)
    const refused = isTwice
      ? 'record-twice'
      : !(await isThere(files[0]!))
        ? 'record-missing'
        : Object.keys(labels).length === 0
          ? 'outcome-missing'
          : undefined
    yield {
      recordId: record,
      patientId: cells['patient'] || record,
      files,
      labels,
      groups: personGroups({ age: numberCell(cells['age'] ?? ''), sex: sexOf(cells['sex'] ?? '', at) }),
      ...(refused ? { refused } : {}),
      ...(reference ? { reference: { recordId: recordName(reference), files: wfdbFiles(dir, reference, at) } } : {})
    }
  }
}

/** Without any of the columns that are asked for nothing can be judged. */
function requireLabel(cells: Record<string, string>, wanted: readonly string[] | undefined): void {
  if (wanted && !wanted.some((label) => Object.hasOwn(cells, label)))
    throw new AppError('BAD_REQUEST', { reason: 'column-missing', at: `${PLAIN_TABLE} ${wanted.join(' or ')}` })
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
    const label = labelCell(cells[column]!)
    if (label === null) throw new AppError('BAD_REQUEST', { reason: 'label', at: `${at} column ${place + 1}` })
    if (label !== undefined) labels[column] = label
  }
  return { ...labels, ...potassiumLabels(cells[POTASSIUM] ?? '', at) }
}

function sexOf(text: string, at: string): 'male' | 'female' | undefined {
  if (MALE.test(text)) return 'male'
  if (FEMALE.test(text)) return 'female'
  if (ANOTHER_CODE.test(text)) throw new AppError('BAD_REQUEST', { reason: 'sex', at })
  return undefined
}
