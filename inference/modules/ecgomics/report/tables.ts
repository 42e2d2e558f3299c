import { DIMENSIONS, type Dimension, type FeatureDefinition, type FeatureValue } from '../types.ts'
import { type Box, INK, type Item, NOTICE, QUIET } from './drawing.ts'
import { HEADLINES } from './headlines.ts'

const TITLES: Readonly<Record<Dimension, string>> = {
  structural: 'Structural',
  intensity: 'Intensity',
  functional: 'Functional',
  comparative: 'Comparative'
}
const ROW_MM = 2.95
const TEXT_MM = 2.25
const GAP_MM = 5

/**
 * One column for each dimension: the headline features with value, 95 % interval, unit and reference interval; a value out of
 * its interval is red and carries a sign as well, because colour alone is not read by everyone. What could not be measured
 * stands there with its reason; the full table is in the CSV.
 */
export function dimensionTables(
  features: readonly FeatureValue[],
  catalogue: readonly FeatureDefinition[],
  { sex }: { sex?: string },
  box: Box
): Item[] {
  const definitions = new Map(catalogue.map((definition) => [definition.id, definition]))
  const width = (box.width - GAP_MM * (DIMENSIONS.length - 1)) / DIMENSIONS.length
  const rows = Math.floor((box.height - ROW_MM * 1.6) / ROW_MM)
  return DIMENSIONS.flatMap((dimension, column) => {
    const x = box.x + column * (width + GAP_MM)
    const lines = HEADLINES[dimension].flatMap(({ id, lead }) => {
      const definition = definitions.get(id)
      const found = features.find((one) => one.id === id && (lead === undefined || one.lead === lead))
      return definition && found ? [{ definition, found }] : []
    })
    return [
      { kind: 'text', x, y: box.y + ROW_MM, text: TITLES[dimension], sizeMm: 2.9, bold: true } as const,
      {
        kind: 'line',
        x1: x,
        y1: box.y + ROW_MM + 1,
        x2: x + width,
        y2: box.y + ROW_MM + 1,
        stroke: { colour: QUIET, widthMm: 0.15 }
      } as const,
      ...lines
        .slice(0, rows)
        .flatMap(({ definition, found }, index) =>
          tableRow(definition, found, { x, y: box.y + ROW_MM * (index + 2.4), width, sex })
        )
    ]
  })
}

function tableRow(
  definition: FeatureDefinition,
  found: FeatureValue,
  { x, y, width, sex }: { x: number; y: number; width: number; sex?: string }
): Item[] {
  const name = found.lead ? `${definition.name}, ${found.lead}` : definition.name
  const side = sideOf(definition, found, sex)
  const colour = side ? NOTICE : INK
  const items: Item[] = [{ kind: 'text', x, y, text: shortened(name, 34), sizeMm: TEXT_MM }]
  if (found.absent) {
    items.push({ kind: 'text', x: x + width, y, text: found.absent, sizeMm: TEXT_MM, colour: QUIET, anchor: 'end' })
    return items
  }
  const interval = found.confidence
    ? ` [${fixed(found.confidence.low, definition)}, ${fixed(found.confidence.high, definition)}]`
    : ''
  const text = found.category ?? `${side ?? ''}${fixed(found.value!, definition)}${interval}${unitOf(definition)}`
  items.push({ kind: 'text', x: x + width, y, text, sizeMm: TEXT_MM, colour, bold: side !== undefined, anchor: 'end' })
  return items
}

/** '+ ' above, '- ' below the reference interval that holds for this person. */
export function sideOf(
  definition: FeatureDefinition,
  { value }: FeatureValue,
  sex: string | undefined
): string | undefined {
  const interval = definition.interval?.find((one) => one.sex === undefined || one.sex === sex)
  if (value === undefined || !interval) return undefined
  if (interval.high !== undefined && value > interval.high) return '+ '
  return interval.low !== undefined && value < interval.low ? '- ' : undefined
}

const fixed = (value: number, { decimals }: FeatureDefinition): string => value.toFixed(decimals)
const unitOf = ({ unit }: FeatureDefinition): string => (unit === '1' ? '' : ` ${unit}`)
const shortened = (text: string, length: number): string =>
  text.length > length ? `${text.slice(0, length - 1)}…` : text
