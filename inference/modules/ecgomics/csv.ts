import { parse } from 'csv-parse/sync'
import { stringify } from 'csv-stringify/sync'
import { CATALOGUE, definitionOf } from './features/catalogue.ts'
import { referenceInterval } from './reference-interval.ts'
import type { AbsentReason, EcgMeasurement, FeatureValue } from './types.ts'

/** Columns of the feature table, in order; docs/ecgomics.md says what each holds. */
export const COLUMNS = [
  'feature',
  'lead',
  'dimension',
  'name',
  'value',
  'category',
  'unit',
  'low95',
  'high95',
  'n',
  'referenceLow',
  'referenceHigh',
  'absent',
  'limited'
] as const

type Row = Record<(typeof COLUMNS)[number], string | number>

/** What a value means in its table: six significant digits, more than any of them can mean, the same on every machine. */
export const rounded = (value: number): number => Number(value.toPrecision(6))

/**
 * Every feature of one tracing as CSV (RFC 4180, header line): one line a feature and lead, what is absent with its reason.
 *
 * @param person sex picks the reference interval
 */
export function featuresCsv({ features }: Pick<EcgMeasurement, 'features'>, person: { sex?: string } = {}): string {
  return stringify(
    features.map((feature) => rowOf(feature, person)),
    { header: true, columns: [...COLUMNS] }
  )
}

/** One line of the table. */
export function rowOf(feature: FeatureValue, person: { sex?: string } = {}): Row {
  const { dimension, name, unit } = definitionOf(feature.id)
  const interval = referenceInterval(feature.id, person)
  const { confidence } = feature
  return {
    feature: feature.id,
    lead: feature.lead ?? '',
    dimension,
    name,
    value: feature.value === undefined ? '' : rounded(feature.value),
    category: feature.category ?? '',
    unit,
    low95: confidence ? rounded(confidence.low) : '',
    high95: confidence ? rounded(confidence.high) : '',
    n: confidence?.n ?? '',
    referenceLow: interval?.low ?? '',
    referenceHigh: interval?.high ?? '',
    absent: feature.absent ?? '',
    limited: feature.limited ? 'limited' : ''
  }
}

const KNOWN = new Set(CATALOGUE.map(({ id }) => id))

/** The features of a table that `featuresCsv` wrote; lines of features that the catalogue no longer has are left out. */
export function readFeatures(csv: string): FeatureValue[] {
  const rows = parse(csv, { columns: true, skip_empty_lines: true }) as Record<string, string>[]
  return rows
    .filter(({ feature = '' }) => KNOWN.has(feature))
    .map(({ feature = '', lead, value, category, low95, high95, n, absent, limited }) => ({
      id: feature,
      ...(lead ? { lead } : {}),
      ...(value ? { value: Number(value) } : {}),
      ...(category ? { category } : {}),
      ...(absent ? { absent: absent as AbsentReason } : {}),
      ...(n ? { confidence: { low: Number(low95), high: Number(high95), n: Number(n) } } : {}),
      ...(limited ? { limited: true } : {})
    }))
}
