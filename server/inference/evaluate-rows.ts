import { baselineFigures } from '../../inference/metrics/baselines.ts'
import type { Weights } from '../../inference/metrics/bootstrap.ts'
import { ageBand, type GroupedCase } from '../../inference/metrics/cases.ts'
import { prevalenceMatchedThreshold } from '../../inference/metrics/discrimination.ts'
import {
  fairnessRows,
  groupRows,
  labelled,
  labelRows,
  type MetricRow,
  metricRows
} from '../../inference/metrics/rows.ts'
import type { Judged, JudgedFolder } from './evaluate-cases.ts'
import type { Evaluation } from './evaluation.ts'

type Baselines = Evaluation['baselines']

/**
 * The rows that every module gets: each label over all cases, the leading one first and under bare names; then the leading
 * label by group and between groups; and what scores that came with the data reach on the same cases.
 *
 * @param cutOf the site's operating point of a label; one without is judged at the threshold that calls as many positive as
 *   there are (`threshold` among the rows)
 */
export function rowsOf(
  { judged, abstained, labels: named }: Pick<JudgedFolder, 'judged' | 'abstained' | 'labels'>,
  { cutOf, draws }: { cutOf(label: string): number | undefined; draws: number }
): { metrics: MetricRow[]; baselines: Baselines; leading?: string } {
  const labels = named.filter((key) => judged.some(({ scores, one }) => key in scores && key in one.labels))
  const leading = labels[0]
  if (leading === undefined) return { metrics: [], baselines: [] }
  const cases = new Map(labels.map((label) => [label, casesOf(judged, label)]))
  const thresholds = new Map(
    labels.map((label) => [label, cutOf(label) ?? prevalenceMatchedThreshold(cases.get(label)!)])
  )
  const at = { threshold: thresholds.get(leading)!, draws }
  const others = labels.flatMap((label) => besideOthers(judged, label, { draws, leading: label === leading }))
  return {
    leading,
    metrics: [
      ...labels.flatMap((label) =>
        labelRows(label, cases.get(label)!, {
          threshold: thresholds.get(label)!,
          draws,
          leading: label === leading
        })
      ),
      ...abstention(judged, abstained, { leading, draws }),
      ...fairnessRows(cases.get(leading)!, at),
      ...groupRows(cases.get(leading)!, at),
      ...others.flatMap(({ metrics }) => metrics)
    ],
    baselines: [
      ...labels.flatMap((label) => constantBaseline(label === leading, label, cases.get(label)!)),
      ...others.flatMap(({ baselines }) => baselines)
    ]
  }
}

/** What a score that never changes reaches: AUROC one half by definition, and an NPV of one minus the prevalence. */
function constantBaseline(leading: boolean, label: string, cases: readonly GroupedCase[]): Baselines {
  const npv = cases.filter((one) => one.label === 0).length / cases.length
  return [
    { name: 'constant score', metric: labelled('auroc', label, leading), value: 0.5, ci: [0.5, 0.5] },
    { name: 'constant score', metric: labelled('npv', label, leading), value: npv, ci: [npv, npv] }
  ]
}

/** The scores that came with the data, each on the cases that have it. */
function besideOthers(
  judged: readonly Judged[],
  label: string,
  how: { draws: number; leading: boolean }
): { baselines: Baselines; metrics: MetricRow[] }[] {
  const names = [...new Set(judged.flatMap(({ one }) => Object.keys(one.others ?? {})))]
  return names.map((name) => {
    const cases = judged.flatMap(({ one, scores }) => {
      const [probability, other] = [scores[label], one.others?.[name]]
      if (probability === undefined || other === undefined || !(label in one.labels)) return []
      return [{ patient: one.patientId, probability, other, label: binary(one.labels[label]) }]
    })
    return baselineFigures(name, cases, { label, ...how })
  })
}

/** Share of what the module was asked about the leading label and refused to score. */
function abstention(
  judged: readonly Judged[],
  abstained: JudgedFolder['abstained'],
  { leading, draws }: { leading: string; draws: number }
): MetricRow[] {
  const asked = [
    ...judged.map(({ one }) => ({ one, refused: 0 })),
    ...abstained.map((one) => ({ one, refused: 1 }))
  ].flatMap(({ one, refused }) => (leading in one.labels ? [{ patient: one.patientId, refused }] : []))
  const of = (weights: Weights) => {
    let [sum, total] = [0, 0]
    for (const [i, { refused }] of asked.entries()) {
      sum += weights[i]! * refused
      total += weights[i]!
    }
    return [sum / total]
  }
  return metricRows(asked, { names: ['abstention'], of }, { draws })
}

/** The cases that have a truth and a score of a label. */
export const casesOf = (judged: readonly Judged[], label: string): GroupedCase[] =>
  judged.flatMap(({ one, scores }) => {
    const probability = scores[label]
    if (probability === undefined || !(label in one.labels)) return []
    return [{ patient: one.patientId, probability, label: binary(one.labels[label]), groups: strataOf(one.groups) }]
  })

/** Years of age become the band that subgroup reports use. */
export function strataOf({ age, ...groups }: Record<string, string>): Record<string, string> {
  const years = age === undefined || age === '' ? Number.NaN : Number(age)
  return years >= 0 ? { ...groups, age: ageBand(years) } : groups
}

const binary = (truth: number | undefined): 0 | 1 => (truth === 1 ? 1 : 0)
