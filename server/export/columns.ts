import { LEADS } from '../../fhir-profiles/index.ts'
import { COLUMNS, rounded, rowOf } from '../../inference/modules/ecgomics/csv.ts'
import { CATALOGUE } from '../../inference/modules/ecgomics/features/catalogue.ts'
import type { FeatureValue } from '../../inference/modules/ecgomics/types.ts'
import type { ExportedTracing } from './tracing.ts'

export type Cell = string | number | null
export type Row = Record<string, Cell>

export interface Column {
  name: string
  type: 'STRING' | 'DOUBLE'
}

const text = (name: string): Column => ({ name, type: 'STRING' })
const number = (name: string): Column => ({ name, type: 'DOUBLE' })

const WHOSE: readonly Column[] = [
  text('tracing'),
  text('patient'),
  number('day'),
  number('age'),
  text('sex'),
  text('synthetic'),
  text('file')
]
const NUMBERS = new Set<string>(['value', 'low95', 'high95', 'n', 'referenceLow', 'referenceHigh'])

/** Columns of the long table: whose tracing, then the columns of the feature table. */
export const LONG_COLUMNS: readonly Column[] = [
  ...WHOSE,
  ...COLUMNS.map((name) => (NUMBERS.has(name) ? number(name) : text(name)))
]

/** A line for each feature, with interval and reason of absence. */
export const longRows = (tracing: ExportedTracing): Row[] =>
  tracing.features.map((feature) => ({ ...whose(tracing), ...cells(rowOf(feature, tracing)) }))

const nameOf = (id: string, lead?: string): string => (lead ? `${id}@${lead}` : id)

/**
 * Columns of the wide table: 'qt.fridericia', 'st.j@V2'; lead features of the twelve standard leads. A feature that may be a
 * word has a column of text, so that a column has one type whatever the tracings hold.
 */
export const WIDE_COLUMNS: readonly Column[] = [
  ...WHOSE,
  ...CATALOGUE.flatMap(({ id, scope, unit }) => {
    const column = unit === '1' ? text : number
    return scope === 'lead' ? LEADS.map(({ name }) => column(nameOf(id, name))) : [column(nameOf(id))]
  })
]

const WIDE_TYPES = new Map(WIDE_COLUMNS.map(({ name, type }) => [name, type]))

/** One line: values only; what is absent is empty. */
export function wideRow(tracing: ExportedTracing): Row {
  const row: Row = Object.fromEntries(WIDE_COLUMNS.map(({ name }) => [name, null]))
  Object.assign(row, whose(tracing))
  for (const feature of tracing.features) {
    const name = nameOf(feature.id, feature.lead)
    const type = WIDE_TYPES.get(name)
    if (type) row[name] = valueCell(feature, type)
  }
  return row
}

function valueCell({ value, category }: FeatureValue, type: Column['type']): Cell {
  if (type === 'DOUBLE') return value === undefined ? null : rounded(value)
  return category ?? (value === undefined ? null : String(rounded(value)))
}

const whose = ({ tracing, patient, day, age, sex, synthetic, file }: ExportedTracing): Row => ({
  tracing,
  patient,
  day: day ?? null,
  age: age ?? null,
  sex: sex ?? null,
  synthetic: synthetic ? 'yes' : 'no',
  file: file ?? null
})

const cells = (row: Record<string, string | number>): Row =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value === '' ? null : value]))
