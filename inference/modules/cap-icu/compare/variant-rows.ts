import { brierOf } from '../../../metrics/calibration.ts'
import type { GroupedCase } from '../../../metrics/cases.ts'
import { prevalenceMatchedThreshold } from '../../../metrics/discrimination.ts'
import { rank, rankedAuprc, rankedAuroc, rankedEce } from '../../../metrics/ranked.ts'
import { fairnessOf, labelled, type MetricRow, metricRows, type Statistics } from '../../../metrics/rows.ts'
import type { Variants } from '../types.ts'
import type { JudgedStay } from './judged-stay.ts'

const VARIANTS = ['base', 'fair', 'cap'] as const
const DISCRIMINATION = ['auroc', 'auprc', 'brier', 'ece'] as const

/**
 * Base, fair and CAP as groups, each at the threshold that calls as many positive as there are by its own scores; `eod.max` is the
 * largest equal-opportunity difference over sex, age band and race. Then CAP against base in the same draws (group `cap-base`):
 * `auroc.gain` and `auprc.gain` (CAP minus base), `eod.reduction` (1 - CAP / base of `eod.max`; an interval that covers 0 shows none).
 */
export function variantRows(
  stays: readonly JudgedStay[],
  { label, leading, draws }: { label: string; leading: boolean; draws: number }
): MetricRow[] {
  const judged = VARIANTS.map((variant) => statisticsOf(stays, variant))
  const { names } = judged[0]!
  const all: Statistics = {
    names: [...VARIANTS.flatMap(() => names), ...DIFFERENCES].map((name) => labelled(name, label, leading)),
    of(weights) {
      const [base, fair, cap] = judged.map((one) => one.of(weights)) as [Figures, Figures, Figures]
      return [...base, ...fair, ...cap, ...differences(names, base, cap)]
    }
  }
  const groups = [...VARIANTS.flatMap((group) => names.map(() => group)), ...DIFFERENCES.map(() => 'cap-base')]
  return metricRows(stays, all, { draws }).map((row, i) => ({ ...row, group: groups[i]! }))
}

type Figures = readonly number[]

function statisticsOf(stays: readonly JudgedStay[], variant: keyof Variants): Statistics {
  const cases: GroupedCase[] = stays.map(({ patient, label, variants, groups }) => ({
    patient,
    label,
    probability: variants[variant],
    groups
  }))
  const ranked = rank(cases)
  const brier = brierOf(cases)
  const fairness = fairnessOf(cases, prevalenceMatchedThreshold(cases))
  const isGap = fairness.names.map((name) => name.startsWith('eod.'))
  return {
    names: [...DISCRIMINATION, ...fairness.names, 'eod.max'],
    of(weights) {
      const gaps = fairness.of(weights)
      // An attribute whose groups are too few for a comparison gives no gap, and says nothing about the others.
      const known = gaps.filter((gap, i) => isGap[i] && !Number.isNaN(gap))
      return [
        rankedAuroc(ranked, weights),
        rankedAuprc(ranked, weights),
        brier(weights),
        rankedEce(ranked, weights),
        ...gaps,
        known.length === 0 ? Number.NaN : Math.max(...known)
      ]
    }
  }
}

const DIFFERENCES = ['auroc.gain', 'auprc.gain', 'eod.reduction'] as const

/** In the order of DIFFERENCES. */
function differences(names: readonly string[], base: Figures, cap: Figures): number[] {
  const [auroc, auprc, gap] = ['auroc', 'auprc', 'eod.max'].map((name) => names.indexOf(name)) as [
    number,
    number,
    number
  ]
  return [cap[auroc]! - base[auroc]!, cap[auprc]! - base[auprc]!, 1 - cap[gap]! / base[gap]!]
}
