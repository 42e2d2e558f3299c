import { readFile } from 'node:fs/promises'
import { Ajv, type ValidateFunction } from 'ajv'
import { AppError } from '../../../../../core/errors/app-error.ts'
import { leaks } from '../../leakage.ts'
import type { UnitKind } from '../../types.ts'
import { VARIABLES, type Variable } from '../../values/variables.ts'
import { COLUMNS_SCHEMA } from './columns-schema.ts'

/** A column of statistics: the feature of the model, and the unit it comes in where that is not the canonical one. */
export interface FeatureColumn {
  column: string
  feature: string
  unit?: string
  /** Absent: a feature of a site's own model, taken as it is. */
  variable?: Variable
}

/** A checked `columns.json`. */
export interface Columns {
  file: string
  /** Of both tables. */
  delimiter?: ',' | ';' | '\t'
  decimal?: '.' | ','
  id: string
  patient?: string
  outcome: { column: string; died: string[]; survived: string[] }
  age: string
  sex: { column: string; female: string[]; male: string[] }
  race?: string
  unit?: { column: string } & Partial<Record<UnitKind, string[]>>
  window: 24 | 48
  role?: string
  groups?: Record<string, string>
  others?: Record<string, string>
  features?: FeatureColumn[]
  values?: {
    file: string
    id: string
    time: string
    parameter: string
    value: string
    unit?: string
    parameters: ReadonlyMap<string, { variable: Variable; unit?: string }>
  }
}

let compiled: ValidateFunction | undefined
/** Compiled when a map is first read: the module's code is loaded in every worker, and none of them reads one. */
function validator(): ValidateFunction {
  // `oneOf` names properties that the schema defines one level up.
  compiled ??= new Ajv({ strict: true, strictRequired: false }).compile(COLUMNS_SCHEMA)
  return compiled
}

/** Statistics that are in the unit of their variable and on its scale: only these can be converted and judged plausible. */
const PLAIN_STATISTICS: readonly string[] = ['first', 'last', 'min', 'max', 'mean', 'early', 'late']
const OTHER_STATISTICS: readonly string[] = ['change', 'sd', 'sum', 'rate', 'per-kg', 'any', 'low', 'high']
/** Made of two variables: no unit of their own to convert. */
const DERIVED: readonly string[] = ['shock-index', 'pulse-pressure', 'pf-ratio', 'bun-creatinine', 'unit', 'sofa']

/**
 * @throws AppError BAD_REQUEST at the place in columns.json: reason `columns-invalid` (not JSON, or not of the form),
 *   `variable-unknown`, `unit-unknown`, `leakage` (a name that must never be an input)
 */
export async function readColumns(path: string): Promise<Columns> {
  const given = await parse(path)
  const isValid = validator()
  if (!isValid(given)) throw wrong('columns-invalid', isValid.errors?.[0]?.instancePath ?? '')
  const { columns, values, outcome, ...rest } = given as Given
  return {
    ...rest,
    outcome: typeof outcome === 'string' ? { column: outcome, died: ['1'], survived: ['0'] } : outcome,
    ...(columns ? { features: Object.entries(columns).map((entry) => featureColumn(entry, rest.role)) } : {}),
    ...(values
      ? { values: { ...values, parameters: new Map(Object.entries(values.parameters).map(parameterOf)) } }
      : {})
  }
}

type Given = Omit<Columns, 'features' | 'values' | 'outcome'> & {
  outcome: string | Columns['outcome']
  columns?: Record<string, string | { feature: string; unit?: string }>
  values?: Omit<NonNullable<Columns['values']>, 'parameters'> & {
    parameters: Record<string, string | { variable: string; unit?: string }>
  }
}

async function parse(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch (cause) {
    throw new AppError('BAD_REQUEST', { reason: 'columns-invalid', at: 'columns.json', cause })
  }
}

function featureColumn(
  [column, given]: [string, string | { feature: string; unit?: string }],
  role?: string
): FeatureColumn {
  const at = `/columns/${column}`
  const { feature, unit } = typeof given === 'string' ? { feature: given, unit: undefined } : given
  if (leaks([feature]).length > 0 || leaks([column]).length > 0) throw wrong('leakage', at)
  const [key = '', statistic = ''] = feature.split('.')
  const variable = VARIABLES.find((one) => one.key === key)
  const isKnown = variable
    ? PLAIN_STATISTICS.includes(statistic) || OTHER_STATISTICS.includes(statistic)
    : DERIVED.includes(key)
  // A site's own model names its features as it likes.
  if (!isKnown && role === undefined) throw wrong('variable-unknown', at)
  const isPlain = variable !== undefined && PLAIN_STATISTICS.includes(statistic)
  if (unit !== undefined && !(isPlain && isConvertible(variable, unit))) throw wrong('unit-unknown', at)
  return { column, feature, ...(unit ? { unit } : {}), ...(isPlain ? { variable } : {}) }
}

function parameterOf([name, given]: [string, string | { variable: string; unit?: string }]) {
  const at = `/values/parameters/${name}`
  const { variable: key, unit } = typeof given === 'string' ? { variable: given, unit: undefined } : given
  const variable = VARIABLES.find((one) => one.key === key)
  if (!variable) throw wrong('variable-unknown', at)
  if (unit !== undefined && !isConvertible(variable, unit)) throw wrong('unit-unknown', at)
  return [name, { variable, ...(unit ? { unit } : {}) }] as const
}

const isConvertible = (variable: Variable, unit: string): boolean =>
  unit === variable.unit || Object.hasOwn(variable.convert, unit)

const wrong = (reason: string, at: string): AppError =>
  new AppError('BAD_REQUEST', { reason, at: `columns.json ${at}`.trim() })
