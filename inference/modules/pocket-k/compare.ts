import type { CompareTools, Comparison, EvaluatedCase } from '../../../core/inference-module.ts'
import { baselineFigures } from '../../metrics/baselines.ts'
import type { Weights } from '../../metrics/bootstrap.ts'
import { metricRows } from '../../metrics/rows.ts'
import type { PocketKFindings } from './types.ts'

type Scored = EvaluatedCase<PocketKFindings> & { findings: Extract<PocketKFindings, { kind: 'scored' }> }

const LABELS = ['k-gt-5.5', 'k-ge-6.0'] as const

/**
 * What only this module can judge of the same cases (specs 02 section 7): what the own reference brings, as the AUROC of the
 * served score less that of the same tracings alone (`auroc.gain`, group `served-without-reference`, on the cases that have a
 * reference); and where the policy asks for the estimate, how often its interval holds the potassium (`potassium.coverage`) and
 * how far it lies off (`potassium.absoluteError`, mean, mmol/L).
 */
export async function compare(
  cases: readonly EvaluatedCase<PocketKFindings>[],
  { draws }: CompareTools
): Promise<Comparison> {
  const scored = cases.filter((one): one is Scored => one.findings.kind === 'scored')
  const pairs = LABELS.map((label) => {
    const compared = scored.flatMap(({ case: one, findings }) => {
      const [probability, other] = [findings.probabilities[label], findings.reference?.without?.[label]]
      const truth = one.labels[label]
      if (probability === undefined || other === undefined || truth === undefined) return []
      return [{ patient: one.patientId, probability, other, label: truth === 1 ? (1 as const) : (0 as const) }]
    })
    return compared.length === 0
      ? { metrics: [], baselines: [] }
      : baselineFigures('without-reference', compared, { label, draws, leading: label === LABELS[0] })
  })
  return {
    metrics: [...pairs.flatMap(({ metrics }) => metrics), ...estimateRows(scored, draws)],
    baselines: pairs.flatMap(({ baselines }) => baselines)
  }
}

function estimateRows(scored: readonly Scored[], draws: number): Comparison['metrics'] {
  const estimated = scored.flatMap(({ case: one, findings: { potassium } }) => {
    const truth = one.labels['k_mmol_l']
    if (!potassium || truth === undefined) return []
    const [low, high] = potassium.interval
    return [{ patient: one.patientId, isHeld: truth >= low && truth <= high, off: Math.abs(truth - potassium.mean) }]
  })
  if (estimated.length === 0) return []
  const of = (weights: Weights): number[] => {
    let [held, off, total] = [0, 0, 0]
    for (const [i, one] of estimated.entries()) {
      held += weights[i]! * Number(one.isHeld)
      off += weights[i]! * one.off
      total += weights[i]!
    }
    return [held / total, off / total]
  }
  return metricRows(estimated, { names: ['potassium.coverage', 'potassium.absoluteError'], of }, { draws })
}
