import { basename } from 'node:path'
import { SYSTEM } from '../../../../../fhir-profiles/index.ts'
import type { CapIcuInput, StayValue } from '../../types.ts'
import { convert } from '../../values/convert.ts'
import type { Variable } from '../../values/variables.ts'
import { readTable } from '../inflate.ts'
import { rowsOf } from '../rows.ts'
import { ownNumber, ownResult, type Writing } from './cells.ts'
import type { Columns } from './columns.ts'

type Unused = NonNullable<CapIcuInput['unused']>[number]

/** Values of one stay, kept as numbers only: a table may hold millions. */
export interface StayValues {
  values(): StayValue[]
  /** By variable and reason. */
  unused: ReadonlyMap<string, Unused>
}

/** A number in the variable's canonical unit, or why it is not used; the unit is a UCUM code. */
export function toCanonical(
  value: number,
  variable: Variable,
  unit: string
): number | Exclude<Unused['reason'], 'retracted'> {
  const converted = convert({ value, system: SYSTEM.ucum, code: unit }, variable)
  return converted.kind === 'value' ? converted.value : converted.reason
}

/**
 * The values of a long table by stay, of the window only. A row's unit is that of its own cell, else that of the map, else the
 * canonical one.
 *
 * @throws AppError BAD_REQUEST at the file and line
 */
export async function readValues(
  file: string,
  { values: map, window, delimiter, decimal }: Columns & { values: NonNullable<Columns['values']> }
): Promise<Map<string, StayValues>> {
  const { id, time, parameter, value, unit, parameters } = map
  const stays = new Map<string, Collected>()
  const required = [id, time, parameter, value, ...(unit ? [unit] : [])]
  for await (const { cell } of rowsOf(await readTable(file), basename(file), required, { delimiter })) {
    const known = parameters.get(cell(parameter))
    const [hours, given] = [hoursIn(cell(time), { decimal }), ownResult(cell(value), { decimal })]
    if (!known || hours === undefined || given === undefined || hours < 0 || hours >= window) continue
    const stay = stays.get(cell(id)) ?? collected()
    stays.set(cell(id), stay)
    const { key } = known.variable
    const canonical = toCanonical(given, known.variable, (unit && cell(unit)) || known.unit || known.variable.unit)
    if (typeof canonical === 'number') stay.add(key, hours, canonical)
    else stay.leaveOut(key, canonical)
  }
  return stays
}

interface Collected extends StayValues {
  add(variable: string, hours: number, value: number): void
  leaveOut(variable: string, reason: Unused['reason']): void
}

function collected(): Collected {
  const variables: string[] = []
  const numbers: number[] = []
  const unused = new Map<string, Unused>()
  return {
    unused,
    add(variable, hours, value) {
      variables.push(variable)
      numbers.push(hours, value)
    },
    leaveOut(variable, reason) {
      const key = `${variable} ${reason}`
      unused.set(key, { variable, reason, n: (unused.get(key)?.n ?? 0) + 1 })
    },
    values: () => variables.map((variable, i) => ({ variable, hours: numbers[2 * i]!, value: numbers[2 * i + 1]! }))
  }
}

/** Hours since admission to intensive care: '7.5', or '07:30'. */
function hoursIn(text: string, writing: Writing): number | undefined {
  if (!/^\d{1,4}:[0-5]\d$/.test(text)) return ownNumber(text, writing)
  const [hours, minutes] = text.split(':')
  return Number(hours) + Number(minutes) / 60
}
