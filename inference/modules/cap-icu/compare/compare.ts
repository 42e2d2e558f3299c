import type { CompareTools, Comparison, EvaluatedCase } from '../../../../core/inference-module.ts'
import { baselineFigures, type ComparedCase } from '../../../metrics/baselines.ts'
import type { CapIcuFindings } from '../types.ts'
import { baselineLogit, readBaselines } from './baselines.ts'
import { flipRows } from './flip-rows.ts'
import { groupThresholdRows } from './group-thresholds.ts'
import { type JudgedStay, judgedStays } from './judged-stay.ts'
import { variantRows } from './variant-rows.ts'

/**
 * What only this module can say of evaluated stays, label by label: base, fair and CAP beside each other with what CAP gains over
 * base, what thresholds by group would do, the flips, and its baselines: the estimate without cases, and the models of `baselines.json` (age and sex, logistic)
 * of the role that answered.
 */
export async function compare(
  cases: readonly EvaluatedCase<CapIcuFindings>[],
  { draws, asset }: CompareTools
): Promise<Comparison> {
  const labels = [...new Set(cases.flatMap((one) => Object.keys(one.case.labels)))]
  const all: Comparison = { metrics: [], baselines: [] }
  // The moments come in the order of their windows, and the first leads; a table of 48 h alone leads itself.
  const ordered = labels.toSorted((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b))
  for (const [i, label] of ordered.entries()) {
    const how = { label, leading: i === 0, draws }
    const stays = judgedStays(cases, label)
    if (stays.length === 0) continue
    const baselines = [
      await ofFolder(stays, asset),
      [['base predictor', compared(stays, ({ variants }) => variants.base)]]
    ]
    all.metrics.push(...variantRows(stays, how), ...groupThresholdRows(stays, how), ...flipRows(stays, how))
    for (const [name, scored] of baselines.flat() as [string, ComparedCase[]][]) {
      const figures = baselineFigures(name, scored, how)
      all.baselines.push(...figures.baselines)
      // The gain over the base predictor stands among the variants.
      if (name !== 'base predictor') all.metrics.push(...figures.metrics)
    }
  }
  return all
}

const ORDER = ['death', '48h']

async function ofFolder(
  stays: readonly JudgedStay[],
  asset: CompareTools['asset']
): Promise<[string, ComparedCase[]][]> {
  const [role] = stays.map((stay) => stay.role)
  const models = readBaselines(await asset(role!, 'baselines.json'))
  return Object.entries(models).map(([name, model]) => [name, compared(stays, (stay) => baselineLogit(model, stay))])
}

const compared = (stays: readonly JudgedStay[], other: (stay: JudgedStay) => number): ComparedCase[] =>
  stays.map((stay) => ({
    patient: stay.patient,
    probability: stay.variants.cap,
    label: stay.label,
    other: other(stay)
  }))
