import { dirname, join } from 'node:path'
import { sha256 } from '../../../../../core/ids.ts'
import type { EvaluationCase } from '../../../../../core/inference-module.ts'
import type { CapIcuInput, Features, Sex, UnitKind } from '../../types.ts'
import { readTable } from '../inflate.ts'
import { type Row, rowsOf } from '../rows.ts'
import { ownNumber, ownResult, type Writing } from './cells.ts'
import { type Columns, type FeatureColumn, readColumns } from './columns.ts'
import { readValues, type StayValues, toCanonical } from './values.ts'

/**
 * A hospital's own stays, read by its `columns.json` (docs/evaluate.md): one row a stay, with the statistics as columns or with a second
 * table of values and their times. The label is `death` for a window of 24 h and `48h` for one of 48 h.
 *
 * A row without a known outcome is refused as `outcome-missing`; a number that is none, or outside the plausible range, is
 * missing, and counted with the case.
 *
 * @throws AppError BAD_REQUEST at the place in columns.json, or at the file and line
 */
export async function* ownCases(columnsFile: string): AsyncIterable<EvaluationCase> {
  const columns = await readColumns(columnsFile)
  const dir = dirname(columnsFile)
  const values = columns.values
    ? await readValues(join(dir, columns.values.file), { ...columns, values: columns.values })
    : undefined
  const rows = rowsOf(await readTable(join(dir, columns.file)), columns.file, requiredOf(columns), columns)
  for await (const row of rows) yield caseOf(row, columns, values)
}

function requiredOf({
  id,
  patient,
  outcome,
  age,
  sex,
  race,
  unit,
  groups = {},
  others = {},
  features = []
}: Columns): string[] {
  const named = [
    id,
    patient,
    outcome.column,
    age,
    sex.column,
    race,
    unit?.column,
    ...Object.values(groups),
    ...Object.values(others)
  ]
  return [...named.filter((column) => column !== undefined), ...features.map(({ column }) => column)]
}

function caseOf({ cell, text }: Row, columns: Columns, values?: ReadonlyMap<string, StayValues>): EvaluationCase {
  const id = cell(columns.id)
  const outcome = cell(columns.outcome.column)
  const died = columns.outcome.died.includes(outcome) ? 1 : columns.outcome.survived.includes(outcome) ? 0 : undefined
  const person = personOf(cell, columns)
  const measured = columns.features ? ofRow(cell, columns.features, columns) : ofValues(values?.get(id))
  const input: CapIcuInput = {
    moment: columns.window === 24 ? '24h' : '48h',
    windowHours: columns.window,
    ...person,
    ...measured,
    ...(columns.role ? { role: columns.role } : {})
  }
  return {
    recordId: id,
    patientId: columns.patient ? cell(columns.patient) || id : id,
    files: [],
    input,
    sha256: sha256(text),
    labels: died === undefined ? {} : { [columns.window === 24 ? 'death' : '48h']: died },
    ...(died === undefined ? { refused: 'outcome-missing' } : {}),
    groups: groupsOf(cell, columns, person),
    others: othersOf(cell, columns)
  }
}

type Person = Pick<CapIcuInput, 'age' | 'sex' | 'race' | 'unitKind'>

function personOf(cell: Row['cell'], { age: ageColumn, sex: sexes, race: raceColumn, unit, decimal }: Columns): Person {
  const age = ownNumber(cell(ageColumn), { decimal })
  const sex = (['female', 'male'] as const).find((one: Sex) => sexes[one].includes(cell(sexes.column)))
  const race = raceColumn ? cell(raceColumn) : ''
  const unitKind = unit && UNIT_KINDS.find((kind) => unit[kind]?.includes(cell(unit.column)))
  return {
    ...(age !== undefined && age >= 0 && age < 130 ? { age } : {}),
    ...(sex ? { sex } : {}),
    ...(race ? { race } : {}),
    ...(unitKind ? { unitKind } : {})
  }
}

const UNIT_KINDS: readonly UnitKind[] = ['coronary', 'cardiac-surgery', 'medical', 'surgical']

function ofRow(
  cell: Row['cell'],
  columns: readonly FeatureColumn[],
  writing: Writing
): Pick<CapIcuInput, 'features' | 'unused'> {
  const features: Features = {}
  const unused: NonNullable<CapIcuInput['unused']> = []
  for (const { column, feature, unit, variable } of columns) {
    const value = ownResult(cell(column), writing)
    const canonical = value === undefined || !variable ? value : toCanonical(value, variable, unit ?? variable.unit)
    if (typeof canonical === 'string') unused.push({ variable: variable!.key, reason: canonical, n: 1 })
    features[feature] = typeof canonical === 'number' ? canonical : null
  }
  return { features, ...(unused.length > 0 ? { unused } : {}) }
}

const ofValues = (stay: StayValues | undefined): Pick<CapIcuInput, 'values' | 'unused'> => ({
  values: stay?.values() ?? [],
  ...(stay && stay.unused.size > 0 ? { unused: [...stay.unused.values()] } : {})
})

function groupsOf(
  cell: Row['cell'],
  { groups = {} }: Columns,
  { age, sex, race, unitKind }: Person
): Record<string, string> {
  const found: Record<string, string> = {}
  for (const [name, column] of Object.entries(groups)) if (cell(column)) found[name] = cell(column)
  return {
    ...found,
    ...(age === undefined ? {} : { age: String(age) }),
    ...(sex ? { sex } : {}),
    ...(race ? { race } : {}),
    ...(unitKind ? { unit: unitKind } : {})
  }
}

function othersOf(cell: Row['cell'], { others = {}, decimal }: Columns): Record<string, number> {
  const found: Record<string, number> = {}
  for (const [name, column] of Object.entries(others)) {
    const value = ownNumber(cell(column), { decimal })
    if (value !== undefined) found[name] = value
  }
  return found
}
