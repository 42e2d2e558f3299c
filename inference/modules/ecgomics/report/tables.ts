import { type Box, INK, type Item, NOTICE, QUIET } from '../../../drawing/drawing.ts'
import { DIMENSIONS, type Dimension, type EcgChange, type FeatureDefinition, type FeatureValue } from '../types.ts'
import { CHANGE_HEADLINES, HEADLINES } from './headlines.ts'

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
  { sex, changes = [] }: { sex?: string; changes?: readonly EcgChange[] },
  box: Box
): Item[] {
  const definitions = new Map(catalogue.map((definition) => [definition.id, definition]))
  const width = (box.width - GAP_MM * (DIMENSIONS.length - 1)) / DIMENSIONS.length
  const rows = Math.floor((box.height - ROW_MM * 1.6) / ROW_MM)
  return DIMENSIONS.flatMap((dimension, column) => {
    const x = box.x + column * (width + GAP_MM)
    const rule = { x1: x, y1: box.y + ROW_MM + 1, x2: x + width, y2: box.y + ROW_MM + 1 }
    const lines = HEADLINES[dimension].flatMap(({ id, lead }): Row[] => {
      const definition = definitions.get(id)
      const found = features.find((one) => one.id === id && (lead === undefined || one.lead === lead))
      return definition && found ? [featureRow(definition, found, sex)] : []
    })
    // What changed in this person comes before where they stand among others.
    const changed = dimension === 'comparative' ? changeRows(changes, definitions) : []
    return [
      { kind: 'text', x, y: box.y + ROW_MM, text: TITLES[dimension], sizeMm: 2.9, bold: true } as const,
      { kind: 'line', ...rule, stroke: { colour: QUIET, widthMm: 0.15 } } as const,
      ...[...changed, ...lines]
        .slice(0, rows)
        .flatMap((row, index) => drawn(row, { x, y: box.y + ROW_MM * (index + 2.4), width }))
    ]
  })
}

interface Row {
  name: string
  text: string
  /** 'notice': out of its interval, or changed; 'absent': a reason in place of a value. */
  tone: 'plain' | 'notice' | 'absent'
}

function drawn({ name, text, tone }: Row, { x, y, width }: { x: number; y: number; width: number }): Item[] {
  const colour = { plain: INK, notice: NOTICE, absent: QUIET }[tone]
  return [
    { kind: 'text', x, y, text: shortened(name, 34), sizeMm: TEXT_MM },
    { kind: 'text', x: x + width, y, text, sizeMm: TEXT_MM, colour, bold: tone === 'notice', anchor: 'end' }
  ]
}

/** Differences to the person's earlier tracing beside the reference change value. */
function changeRows(changes: readonly EcgChange[], definitions: ReadonlyMap<string, FeatureDefinition>): Row[] {
  return CHANGE_HEADLINES.flatMap((id): Row[] => {
    const definition = definitions.get(id)
    const change = changes.find((one) => one.id === id && one.lead === undefined)
    if (!definition || !change) return []
    const { delta, referenceChange, verdict } = change
    const isChanged = verdict === 'changed'
    const text = `${delta > 0 ? '+' : ''}${fixed(delta, definition)}${unitOf(definition)} (expected up to ${fixed(referenceChange, definition)})`
    return [
      {
        name: `${definition.name}, change`,
        text: `${isChanged ? 'changed ' : ''}${text}`,
        tone: isChanged ? 'notice' : 'plain'
      }
    ]
  })
}

function featureRow(definition: FeatureDefinition, found: FeatureValue, sex: string | undefined): Row {
  const name = found.lead ? `${definition.name}, ${found.lead}` : definition.name
  if (found.absent) return { name, text: found.absent, tone: 'absent' }
  const side = sideOf(definition, found, sex)
  const { confidence } = found
  const interval = confidence ? ` [${fixed(confidence.low, definition)}, ${fixed(confidence.high, definition)}]` : ''
  const text =
    found.category ?? `${side ? `${side} ` : ''}${fixed(found.value!, definition)}${interval}${unitOf(definition)}`
  return { name, text, tone: side ? 'notice' : 'plain' }
}

/** 'H' above, 'L' below the reference interval that holds for this person: the flags of HL7 table 0078. */
export function sideOf(
  definition: FeatureDefinition,
  { value }: FeatureValue,
  sex: string | undefined
): string | undefined {
  const interval = definition.interval?.find((one) => one.sex === undefined || one.sex === sex)
  if (value === undefined || !interval) return undefined
  if (interval.high !== undefined && value > interval.high) return 'H'
  return interval.low !== undefined && value < interval.low ? 'L' : undefined
}

const fixed = (value: number, { decimals }: FeatureDefinition): string => value.toFixed(decimals)
const unitOf = ({ unit }: FeatureDefinition): string => (unit === '1' ? '' : ` ${unit}`)
const shortened = (text: string, length: number): string =>
  text.length > length ? `${text.slice(0, length - 1)}…` : text
