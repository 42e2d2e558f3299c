import { prevalenceMatchedThreshold } from '../../../inference/metrics/discrimination.ts'
import { groupRows, labelRows, type MetricRow } from '../../../inference/metrics/rows.ts'
import { positivesOf, type SampleCase, suppressionOf } from './sample.ts'

/** A value with its 95 % interval by patient. */
export interface Figure {
  value: number | null
  ci: [number | null, number | null]
}

export interface FiguresRequest {
  kind: 'probability' | 'score'
  cases: readonly SampleCase[]
  /** The site's cut; absent: the prevalence-matched one. */
  threshold?: number
  draws: number
}

export interface LabelFigures {
  n: number
  positives: number
  /** Why there are no figures. */
  suppressed?: string
  threshold?: number
  /** 'site': the cut when it was served. 'prevalence-matched': nobody has chosen one. */
  thresholdFrom?: 'site' | 'prevalence-matched'
  figures?: Record<string, Figure>
  subgroups?: { group: string; n: number; figures: Record<string, Figure> }[]
  months?: {
    month: string
    n: number
    positives: number
    auroc: number | null
    observed: number
    expected: number | null
  }[]
}

/** Figures that a scale of points has no right to. */
const OF_PROBABILITIES = new Set(['brier', 'ece', 'calibration.slope', 'calibration.intercept'])

/**
 * How well probabilities or points foretold what came true: discrimination, calibration, and at the cut sensitivity,
 * specificity, PPV and NPV together with prevalence and the fraction ruled out; over all, by stratum and by month. From 30
 * positives on.
 */
export function labelFigures({ kind, cases, threshold, draws }: FiguresRequest): LabelFigures {
  const counts = { n: cases.length, positives: positivesOf(cases) }
  const suppressed = suppressionOf(cases)
  if (suppressed) return { ...counts, suppressed, months: monthsOf(cases, kind) }
  const cut = threshold ?? prevalenceMatchedThreshold(cases)
  const shown = ({ name }: MetricRow): boolean => kind === 'probability' || !OF_PROBABILITIES.has(name)
  const rows = labelRows('loop', cases, { threshold: cut, draws, leading: true }).filter(
    (row) => row.name !== 'threshold' && row.name !== 'auroc.loop' && shown(row)
  )
  const groups = Map.groupBy(groupRows(cases, { threshold: cut, draws }).filter(shown), ({ group }) => group!)
  return {
    ...counts,
    threshold: cut,
    thresholdFrom: threshold === undefined ? 'prevalence-matched' : 'site',
    figures: byName(rows),
    subgroups: [...groups].map(([group, members]) => ({ group, n: members[0]!.n, figures: byName(members) })),
    months: monthsOf(cases, kind)
  }
}

const byName = (rows: readonly MetricRow[]): Record<string, Figure> =>
  Object.fromEntries(rows.map(({ name, value, ci }) => [name, { value, ci }]))

/** Of each calendar month (UTC): how many, how many came true and how many were foretold; AUROC from 30 positives on. */
function monthsOf(cases: readonly SampleCase[], kind: FiguresRequest['kind']): NonNullable<LabelFigures['months']> {
  return [...Map.groupBy(cases, ({ at }) => at.slice(0, 7))]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([month, members]) => {
      const positives = positivesOf(members)
      const isShown = suppressionOf(members) === undefined
      return {
        month,
        n: members.length,
        positives,
        auroc: isShown
          ? (labelRows('m', members, { threshold: 0.5, draws: 0, leading: true })[0]?.value ?? null)
          : null,
        observed: positives / members.length,
        expected:
          kind === 'probability'
            ? members.reduce((sum, { probability }) => sum + probability, 0) / members.length
            : null
      }
    })
}
