import type { Weights } from './bootstrap.ts'
import { rank, rankedAuprc, rankedAuroc } from './ranked.ts'
import { labelled, type MetricRow, metricRows } from './rows.ts'
import type { Scored } from './scored.ts'

/** A case that two scores judge: what is served, and what it must beat. */
export interface ComparedCase extends Scored {
  /** Of the baseline; any scale, higher = more likely. */
  other: number
}

export interface BaselineRow {
  name: string
  metric: string
  value: number
  ci: [number, number]
}

/**
 * AUROC and AUPRC of a baseline, and what is served beyond it: `auroc.gain`, group `served-<name>`, from the same draws of patients
 * (specs section N: only a lower bound above 0 is a gain). Nothing where the cases lack an outcome.
 */
export function baselineFigures(
  name: string,
  cases: readonly ComparedCase[],
  { label, leading, draws }: { label: string; leading: boolean; draws: number }
): { baselines: BaselineRow[]; metrics: MetricRow[] } {
  const own = rank(cases.map(({ other, ...one }) => ({ ...one, probability: other })))
  const served = rank(cases)
  const of = (weights: Weights) => {
    const auroc = rankedAuroc(own, weights)
    return [auroc, rankedAuprc(own, weights), rankedAuroc(served, weights) - auroc]
  }
  const names = ['auroc', 'auprc', 'auroc.gain'].map((metric) => labelled(metric, label, leading))
  const rows = metricRows(cases, { names, of }, { draws })
  if (rows.some(({ value }) => value === null)) return { baselines: [], metrics: [] }
  return {
    baselines: rows.slice(0, 2).map((row) => ({ name, metric: row.name, value: row.value!, ci: boundsOf(row) })),
    metrics: [{ ...rows[2]!, group: `served-${name}` }]
  }
}

const boundsOf = ({ ci: [low, high] }: MetricRow): [number, number] => [low ?? Number.NaN, high ?? Number.NaN]
