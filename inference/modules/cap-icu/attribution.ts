import { describe, statisticInWords, unitOf, variableOf } from './feature-names.ts'
import type { KeyFactor } from './types.ts'

/** Asset `reference.json` of a model folder, as far as it is read here. */
export interface Reference {
  /** Feature -> median of the training stays that have it. */
  features: Record<string, { median: number }>
}

/** How many key factors a result names (paper: exactly three). */
export const KEY_FACTORS = 3
/** Context and attributes, not findings that somebody could look at again. */
const NOT_FACTORS: readonly string[] = ['unit', 'sex', 'race']

/** A lowest lactate can be looked up, the spread of its hourly means cannot. */
const PLAIN: ReadonlySet<string> = new Set(['min', 'max', 'mean', 'last', 'sum', 'rate', 'any', 'partial'])

interface Replaced {
  variable: string
  row: Float32Array
}

/**
 * The row once for each variable that is present, with all its statistics at their reference: what the model would say if
 * this variable were ordinary. The difference of the logits is its contribution.
 *
 * Deviation from specs 06 section 4 (additive values tree by tree): those need the trees, and a site may bring any graph. All
 * statistics of a variable move together, since a doctor asks of the creatinine and not of its third statistic. The
 * contributions of two variables that say the same do not add up to the difference from a reference stay.
 */
export function replacedVariables(
  row: Float32Array,
  names: readonly string[],
  reference: Reference['features']
): Replaced[] {
  return [...columnsByVariable(names)].flatMap(([variable, columns]) =>
    NOT_FACTORS.includes(variable) || columns.every((column) => Number.isNaN(row[column]!))
      ? []
      : [{ variable, row: replaced(row, columns, { names, reference }) }]
  )
}

/** The variables with the largest contributions, at most three; `named` completes each with the statistic that tells it. */
export function attributed(
  logit: number,
  without: ReadonlyMap<string, number>
): { variable: string; named(feature: string, value: number): KeyFactor }[] {
  return [...without]
    .map(([variable, other]) => ({ variable, contribution: logit - other }))
    .sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution) || (a.variable < b.variable ? -1 : 1))
    .slice(0, KEY_FACTORS)
    .map(({ variable, contribution }) => ({
      variable,
      named: (feature, value) => ({
        variable,
        title: describe(variable).title,
        value,
        statistic: statisticInWords(feature),
        unit: unitOf(feature),
        contribution
      })
    }))
}

/**
 * The row once for each single statistic of these variables at its reference: which of them tells most is named. Only what a
 * doctor can look up at the bedside is named where there is any; the variable's contribution is that of all its statistics.
 */
export function chosenStatistics(
  row: Float32Array,
  {
    names,
    reference,
    variables
  }: { names: readonly string[]; reference: Reference['features']; variables: readonly string[] }
): (Replaced & { feature: string })[] {
  return variables.flatMap((variable) => {
    const known = (columnsByVariable(names).get(variable) ?? []).filter((column) => !Number.isNaN(row[column]!))
    const plain = known.filter((column) => PLAIN.has(names[column]!.split('.')[1] ?? ''))
    return (plain.length > 0 ? plain : known).map((column) => ({
      variable,
      feature: names[column]!,
      row: replaced(row, [column], { names, reference })
    }))
  })
}

/** What is missing stays missing: the reference answers for values that are there. */
function replaced(
  row: Float32Array,
  columns: readonly number[],
  { names, reference }: { names: readonly string[]; reference: Reference['features'] }
): Float32Array {
  const changed = row.slice()
  for (const column of columns)
    if (!Number.isNaN(row[column]!)) changed[column] = reference[names[column]!]?.median ?? Number.NaN
  return changed
}

/** Columns of each variable, found once for a model. */
const knownColumns = new WeakMap<readonly string[], Map<string, number[]>>()

function columnsByVariable(names: readonly string[]): Map<string, number[]> {
  const known = knownColumns.get(names)
  if (known) return known
  const made = new Map<string, number[]>()
  for (const [column, name] of names.entries()) {
    const variable = variableOf(name)
    made.set(variable, [...(made.get(variable) ?? []), column])
  }
  knownColumns.set(names, made)
  return made
}
