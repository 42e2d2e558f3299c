import { stringify } from 'csv-stringify/sync'
import type { SubgroupReport } from '../../../inference/metrics/subgroups.ts'
import { printable } from '../markup.ts'
import { known } from '../numbers.ts'
import type { PublishedReport } from '../published.ts'

/** Columns in their order; one table for figures, differences and contrasts, so that a sheet can be filtered and stacked. */
const COLUMNS = [
  'kind',
  'attribute',
  'group',
  'metric',
  'n',
  'positives',
  'value',
  'low',
  'high',
  'withheld',
  'referenceMedian',
  'referenceP95',
  'p',
  'verdict',
  'label',
  'unit',
  'threshold',
  'thresholdOrigin',
  'module',
  'model',
  'modelVersion',
  'modelSha256',
  'data',
  'from',
  'to'
] as const

type Row = Partial<Record<(typeof COLUMNS)[number], string | number | null | undefined>>

/**
 * A subgroup report as CSV (RFC 4180, UTF-8). Kinds of rows: `figure` (a metric of a group), `difference` (largest difference
 * between groups, with what it is between groups that mean nothing), `contrast` (a group against all others, interval for all
 * of them together). Hidden counts are empty. Texts that a spreadsheet would run as a formula are quoted with an apostrophe.
 */
export function subgroupCsv({ provenance, report }: PublishedReport): string {
  const about: Row = {
    label: report.label,
    unit: report.unit,
    threshold: report.threshold && known(report.threshold.value),
    thresholdOrigin: report.threshold?.origin,
    module: provenance.module,
    model: provenance.model.name,
    modelVersion: provenance.model.version,
    modelSha256: provenance.model.sha256,
    data: provenance.data,
    from: provenance.period?.from,
    to: provenance.period?.to
  }
  const rows = [...figureRows(report), ...differenceRows(report)].map((row) => ({ ...row, ...about }))
  return stringify(rows, {
    header: true,
    columns: [...COLUMNS],
    escape_formulas: true,
    record_delimiter: 'windows',
    cast: { string: printable }
  })
}

function figureRows({ overall, rows }: SubgroupReport): Row[] {
  return [overall, ...rows].flatMap(({ attribute, group, n, positives, withheld, figures }): Row[] => {
    const row: Row = { kind: 'figure', attribute, group, n, positives, withheld }
    if (figures.length === 0) return [row]
    return figures.map(({ name, value, ci: [low, high] }) => ({ ...row, metric: name, value, low, high }))
  })
}

function differenceRows({ gaps, measuredGaps }: SubgroupReport): Row[] {
  const differences = gaps.flatMap(({ attribute, figures, verdict }): Row[] =>
    figures.map(({ name, value, ci, reference }) => ({
      kind: 'difference',
      attribute,
      metric: name,
      value: known(value),
      low: known(ci[0]),
      high: known(ci[1]),
      referenceMedian: known(reference.median),
      referenceP95: known(reference.p95),
      p: known(reference.p),
      verdict
    }))
  )
  const contrasts = [...gaps, ...measuredGaps].flatMap(({ attribute, contrasts: some, verdict }): Row[] =>
    some.map(({ group, value, ci, ...rest }) => ({
      kind: 'contrast',
      attribute,
      group,
      metric: 'of' in rest ? METRIC_OF[rest.of as 'tpr' | 'fpr'] : 'bias',
      value: known(value),
      low: known(ci[0]),
      high: known(ci[1]),
      verdict
    }))
  )
  return [...differences, ...contrasts]
}

const METRIC_OF = { tpr: 'sensitivity', fpr: 'fpr' } as const
