import type { CapIcuInput, Features } from '../types.ts'

/** Attributes that a site's own model may take as columns, one of 0 and 1 for each value: 'sex.female', 'race.black'. */
const PROTECTED = ['sex', 'race'] as const

/** Columns of sex and race that a model takes; of what is not recorded they are missing. */
export function personalFeatures(person: Pick<CapIcuInput, 'sex' | 'race'>, names: readonly string[]): Features {
  const found: Features = {}
  for (const attribute of PROTECTED) {
    const value = person[attribute]
    for (const name of columnsOf(attribute, names))
      found[name] = value === undefined ? null : name === `${attribute}.${value}` ? 1 : 0
  }
  return found
}

/** The row with each combination of the protected values it could have; none for a model that takes no such column. */
export function protectedRows(row: Float32Array, names: readonly string[]): Float32Array[] {
  let rows = [row]
  for (const attribute of PROTECTED) {
    const columns = columnsOf(attribute, names).map((name) => names.indexOf(name))
    if (columns.length === 0) continue
    rows = rows.flatMap((one) =>
      columns.map((chosen) => {
        const changed = one.slice()
        for (const column of columns) changed[column] = column === chosen ? 1 : 0
        return changed
      })
    )
  }
  return rows[0] === row ? [] : rows
}

const columnsOf = (attribute: string, names: readonly string[]): string[] =>
  names.filter((name) => name.startsWith(`${attribute}.`))
