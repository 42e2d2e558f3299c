import { join } from 'node:path'
import { AppError } from '../../core/errors/app-error.ts'
import type { LabelledCase } from './labelled-case.ts'
import { personGroups } from './person.ts'
import { tableRows } from './table.ts'
import { isThere, wfdbFiles } from './wfdb-files.ts'

export const PTB_XL_TABLE = 'ptbxl_database.csv'
const STATEMENTS = 'scp_statements.csv'

/** The five diagnostic superclasses (Wagner 2020, table 5), in the order in which results name them. */
export const SUPERCLASSES = ['NORM', 'MI', 'STTC', 'CD', 'HYP'] as const

/** Ages over 89 are written as 300 (Wagner 2020, data records). */
const HIDDEN_AGE = 300
const OLDEST = 90
const SEX: Readonly<Record<string, 'male' | 'female'>> = { '0': 'male', '1': 'female' }

/**
 * The cases of a folder laid out as PTB-XL (Wagner P et al., Scientific Data 2020;7:154): `ptbxl_database.csv`,
 * `scp_statements.csv` and the WFDB records that `filename_hr` names. A folder may hold a part of the records: the others
 * are given as refused, `record-missing`.
 *
 * A superclass is 1 where any diagnostic statement of it is given with a likelihood above 0, else 0. Deviation from the data
 * set's own example code, which takes statements of likelihood 0 as well: statements that are both diagnostic and of form
 * ('NST_') carry 0 where they were meant as form.
 *
 * Groups: sex (0 is male), age in years (300, over 89, becomes 90), `fold` (strat_fold).
 *
 * @throws AppError BAD_REQUEST with the line: reasons `column-missing`, `table`, `record-name`, `statements`
 */
export async function* ptbXlCases(dir: string): AsyncIterable<LabelledCase> {
  const classes = await superclassOf(join(dir, STATEMENTS))
  const needed = ['ecg_id', 'patient_id', 'age', 'sex', 'scp_codes', 'strat_fold', 'filename_hr']
  for await (const { at, cells } of tableRows(join(dir, PTB_XL_TABLE), needed)) {
    const files = wfdbFiles(dir, cells['filename_hr']!, at)
    const said = new Set(
      statementsOf(cells['scp_codes']!, at).flatMap(([code, likelihood]) =>
        likelihood > 0 ? (classes.get(code) ?? []) : []
      )
    )
    const recordId = cells['ecg_id'] || cells['filename_hr']!
    yield {
      recordId,
      patientId: patientOf(cells['patient_id']!) ?? recordId,
      files,
      labels: Object.fromEntries(SUPERCLASSES.map((name) => [name, Number(said.has(name))])),
      groups: {
        ...personGroups({ age: ageOf(cells['age']!), sex: SEX[cells['sex']!] }),
        ...(/^\d{1,2}$/.test(cells['strat_fold']!) ? { fold: cells['strat_fold']! } : {})
      },
      ...((await isThere(files[0]!)) ? {} : { refused: 'record-missing' })
    }
  }
}

/** Statement -> superclass, of the diagnostic statements only. The first column has no name. */
async function superclassOf(path: string): Promise<Map<string, string>> {
  if (!(await isThere(path))) throw new AppError('BAD_REQUEST', { reason: 'table-missing', at: STATEMENTS })
  const classes = new Map<string, string>()
  for await (const { cells } of tableRows(path, ['', 'diagnostic', 'diagnostic_class'])) {
    if (Number(cells['diagnostic']) === 1) classes.set(cells['']!, cells['diagnostic_class']!)
  }
  return classes
}

const PAIR = /^'([A-Za-z0-9_/ ()+-]{1,40})': (\d{1,3}(?:\.\d{1,3})?)$/

/** "{'NORM': 100.0, 'SR': 0.0}" as pairs of statement and likelihood in percent. */
function statementsOf(text: string, at: string): [string, number][] {
  if (!text.startsWith('{') || !text.endsWith('}')) throw new AppError('BAD_REQUEST', { reason: 'statements', at })
  const inside = text.slice(1, -1).trim()
  if (inside === '') return []
  return inside.split(', ').map((pair): [string, number] => {
    const parts = PAIR.exec(pair)
    if (!parts) throw new AppError('BAD_REQUEST', { reason: 'statements', at })
    return [parts[1]!, Number(parts[2])]
  })
}

function ageOf(text: string): number | undefined {
  const age = Number(text)
  if (text === '' || !(age >= 0)) return undefined
  return age >= HIDDEN_AGE ? OLDEST : Math.floor(age)
}

/** '15709.0': the publisher's table was written with numbers. */
const patientOf = (text: string): string | undefined => (text === '' ? undefined : text.replace(/\.0$/, ''))
