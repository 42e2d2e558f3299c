import { sha256 } from '../../../../core/ids.ts'
import type { GroupedCase } from '../../../metrics/cases.ts'
import { prevalenceMatchedThreshold } from '../../../metrics/discrimination.ts'
import { COMPARABLE } from '../../../metrics/fairness.ts'
import { gapsOf, judgeableGroups, PROTECTED } from '../../../metrics/group-rates.ts'
import { labelled, type MetricRow, metricRows } from '../../../metrics/rows.ts'
import type { JudgedStay } from './judged-stay.ts'

/**
 * The usual remedy, as a baseline of CAP's: the base estimate with a threshold of its own for each group of an attribute, so that
 * every group has the true-positive rate of all (Hardt, Price, Srebro, NeurIPS 2016, section 3). The thresholds of one half of the
 * patients are found on the other half; on the same half the gap would be nought by construction. It needs the attribute at the
 * bedside, and treats two patients of one risk differently. Group `group-thresholds`: `eod.<attribute>`, `equalizedOdds.<attribute>`.
 */
export function groupThresholdRows(
  stays: readonly JudgedStay[],
  { label, leading, draws }: { label: string; leading: boolean; draws: number }
): MetricRow[] {
  const cases: GroupedCase[] = stays.map(({ patient, label: died, variants, groups }) => ({
    patient,
    label: died,
    probability: variants.base,
    groups
  }))
  const attributes = PROTECTED.filter((attribute) => cases.some(({ groups }) => groups[attribute] !== undefined))
  const gaps = attributes.map((attribute) =>
    gapsOf(calledByGroup(cases, attribute), attribute, { threshold: 0.5, limits: COMPARABLE })
  )
  const names = attributes.flatMap((attribute) => [`eod.${attribute}`, `equalizedOdds.${attribute}`])
  return names.length === 0
    ? []
    : metricRows(
        cases,
        {
          names: names.map((name) => labelled(name, label, leading)),
          of: (weights) =>
            gaps.flatMap((gap) => {
              const { equalOpportunity, equalisedOdds } = gap(weights)
              return [equalOpportunity, equalisedOdds]
            })
        },
        { draws, group: 'group-thresholds' }
      )
}

/** The cases with 1 in place of a probability that is called positive, and 0 of one that is not. */
export function calledByGroup(cases: readonly GroupedCase[], attribute: string): GroupedCase[] {
  const half = (patient: string): 0 | 1 => (Number.parseInt(sha256(`halves|${patient}`).slice(0, 2), 16) < 128 ? 0 : 1)
  const groups = judgeableGroups(cases, attribute, COMPARABLE)
  const thresholds = ([0, 1] as const).map((own) =>
    thresholdsOf(
      cases.filter(({ patient }) => half(patient) !== own),
      attribute,
      groups
    )
  )
  return cases.map((one) => {
    const { all, of } = thresholds[half(one.patient)]!
    return { ...one, probability: one.probability >= (of.get(one.groups[attribute] ?? '') ?? all) ? 1 : 0 }
  })
}

function thresholdsOf(cases: readonly GroupedCase[], attribute: string, groups: readonly string[]) {
  const all = prevalenceMatchedThreshold(cases)
  const positives = cases.filter(({ label }) => label === 1)
  const found = positives.filter(({ probability }) => probability >= all).length / positives.length
  const of = new Map(
    groups.flatMap((group): [string, number][] => {
      const own = positives.filter(({ groups: strata }) => strata[attribute] === group)
      const falling = own.map(({ probability }) => probability).sort((a, b) => b - a)
      const wanted = Math.round(found * falling.length)
      return falling.length === 0 ? [] : [[group, wanted === 0 ? Number.POSITIVE_INFINITY : falling[wanted - 1]!]]
    })
  )
  return { all, of }
}
