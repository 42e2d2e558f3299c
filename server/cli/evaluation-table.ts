import type { MetricRow } from '../../inference/metrics/rows.ts'
import type { Evaluation } from '../inference/evaluation.ts'

/**
 * An evaluation as lines for a person: what is served first, baselines beside each other, variants beside each other, groups below
 * each other; every figure with its interval. All of it stands in the JSON as well, and to more places.
 */
export function evaluationLines({ module, model, data, metrics, baselines, refused, seconds }: Evaluation): string[] {
  const served = metrics.filter(({ group }) => group === undefined)
  const [strata, others] = partition(
    metrics.filter(({ group }) => group !== undefined),
    ({ group }) => group!.includes('=')
  )
  // Differences from a baseline stand in its line.
  const [gains, variants] = partition(others, ({ group }) => group!.startsWith(SERVED))
  return [
    `${module}: ${model.name} ${model.version} (sha256 ${model.sha256.slice(0, 12)}) on ${data.name}`,
    `${data.n} records of ${data.patients} people, ${data.positives} positive; ${seconds.toFixed(1)} s`,
    ...(data.name.endsWith('(training records included)')
      ? ['the model was trained on records of this folder: these figures do not say what it does on new ones']
      : []),
    ...section('served', served.length === 0 ? [] : [['', 'value (95 %)', 'n'], ...served.map(servedLine)]),
    ...section('baselines', baselineTable(baselines, gains)),
    ...section('variants', matrix(variants, { row: ({ name }) => name, column: ({ group }) => group! })),
    ...section('groups', matrix(strata, { row: ({ group }) => group!, column: ({ name }) => name, withN: true })),
    ...section(
      'left out',
      refused.map(({ code, n }) => [code, String(n)])
    )
  ]
}

const SERVED = 'served-'

const servedLine = (row: MetricRow): string[] => [row.name, cell(row), String(row.n)]

/** One line a baseline, one column a metric; last what is served gains over it. */
function baselineTable(baselines: Evaluation['baselines'], gains: readonly MetricRow[]): string[][] {
  const columns = [...new Set(baselines.map(({ metric }) => metric))]
  const gained = [...new Set(gains.map(({ name }) => name))]
  const names = [...new Set(baselines.map(({ name }) => name))]
  const lines = names.map((name) => [
    name,
    ...columns.map((metric) => {
      const found = baselines.find((one) => one.name === name && one.metric === metric)
      return found ? cell(found) : ''
    }),
    ...gained.map((gain) => {
      const found = gains.find((one) => one.name === gain && one.group === SERVED + name)
      return found ? cell(found) : ''
    })
  ])
  return lines.length === 0 ? [] : [['', ...columns, ...gained], ...lines]
}

/** Rows by rows and columns as they first come. */
function matrix(
  metrics: readonly MetricRow[],
  how: { row(one: MetricRow): string; column(one: MetricRow): string; withN?: boolean }
): string[][] {
  if (metrics.length === 0) return []
  const columns = [...new Set(metrics.map(how.column))]
  // As many columns as no terminal shows: one line each instead.
  if (columns.length > MAX_COLUMNS)
    return metrics.map((one) => [`${one.name} [${one.group}]`, cell(one), String(one.n)])
  const lines = [...Map.groupBy(metrics, how.row)].map(([name, members]) => [
    name,
    ...(how.withN ? [String(members[0]!.n)] : []),
    ...columns.map((column) => {
      const found = members.find((one) => how.column(one) === column)
      return found ? cell(found) : ''
    })
  ])
  return [['', ...(how.withN ? ['n'] : []), ...columns], ...lines]
}

const MAX_COLUMNS = 6

/** '0.857 (0.822 to 0.888)' */
function cell({ value, ci, unit, note }: Pick<MetricRow, 'value' | 'unit' | 'note'> & { ci: MetricRow['ci'] }): string {
  if (value === null) return note ?? 'not judged'
  const [low, high] = ci
  const interval = low === null || high === null ? '' : ` (${low.toFixed(3)} to ${high.toFixed(3)})`
  return `${value.toFixed(3)}${unit ? ` ${unit}` : ''}${interval}`
}

/** A heading and columns of even width; nothing without lines. */
function section(title: string, lines: readonly (readonly string[])[]): string[] {
  if (lines.length === 0) return []
  const widths = lines[0]!.map((_, i) => Math.max(...lines.map((line) => line[i]?.length ?? 0)))
  return [
    '',
    title,
    ...lines.map((line) => `  ${line.map((text, i) => text.padEnd(widths[i] ?? 0)).join('  ')}`.trimEnd())
  ]
}

function partition<T>(items: readonly T[], test: (item: T) => boolean): [T[], T[]] {
  return [items.filter(test), items.filter((item) => !test(item))]
}
