import { type Weights, weightedIntervals } from './bootstrap.ts'
import { once, rank, rankedAuprc, rankedAuroc } from './ranked.ts'
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
  const of = (weights: Weights) => [rankedAuroc(own, weights), rankedAuprc(own, weights)]
  const values = of(once(cases))
  if (!values.every(Number.isFinite)) return { baselines: [], metrics: [] }
  const patients = cases.map(({ patient }) => patient)
  const intervals = weightedIntervals(patients, of, draws)
  const gain = {
    names: [labelled('auroc.gain', label, leading)],
    of: (weights: Weights) => [rankedAuroc(served, weights) - rankedAuroc(own, weights)]
  }
  return {
    baselines: ['auroc', 'auprc'].map((metric, i) => ({
      name,
      metric: labelled(metric, label, leading),
      value: values[i]!,
      ci: intervals[i]!
    })),
    metrics: metricRows(cases, gain, { draws, group: `served-${name}` })
  }
}
