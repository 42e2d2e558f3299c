import type { Weights } from '../../../metrics/bootstrap.ts'
import { labelled, type MetricRow, metricRows } from '../../../metrics/rows.ts'
import type { Flip } from '../types.ts'
import type { JudgedStay } from './judged-stay.ts'

const ATTRIBUTES = ['sex', 'race', 'age'] as const

/**
 * What the served probability changes when one attribute of a stay does and nothing else: `flip.<attribute>.mean` in one
 * direction (as female minus as male, ten years older, as the commonest race minus as another) and `.meanAbs` in any. An attribute
 * that neither the predictor nor the choice of cases reads has no value, and says so: a flip of what is no input is not
 * informative (rules section 12).
 */
export function flipRows(
  stays: readonly JudgedStay[],
  { label, leading, draws }: { label: string; leading: boolean; draws: number }
): MetricRow[] {
  return ATTRIBUTES.flatMap((attribute) => {
    const asked = stays.filter(({ flips }) => flips.some((flip) => flip.attribute === attribute))
    if (asked.length === 0) return []
    const names = ['mean', 'meanAbs'].map((statistic) => labelled(`flip.${attribute}.${statistic}`, label, leading))
    const reference = attribute === 'age' ? undefined : attribute === 'sex' ? 'female' : commonest(asked)
    const changed = asked.flatMap(({ patient, flips }) => {
      const informative = flips.filter((flip) => flip.attribute === attribute && flip.change !== undefined)
      if (informative.length === 0) return []
      const signed = meanOf(informative.flatMap((flip) => towards(flip, reference)))
      return [{ patient, signed, size: meanOf(informative.map(({ change }) => Math.abs(change!))) }]
    })
    if (changed.length === 0)
      return names.map((name) => ({ name, value: null, ci: [null, null], n: 0, note: 'not informative: no input' }))
    const of = (weights: Weights) => [weightedMean(changed, 'signed', weights), weightedMean(changed, 'size', weights)]
    return metricRows(changed, { names, of }, { draws })
  })
}

/** The change in one direction, whichever way the stay was flipped; none where the flip does not lie in it. */
function towards({ attribute, from, to, change = 0 }: Flip, reference: string | undefined): number[] {
  if (attribute === 'age') return Number(to) > Number(from) ? [change] : []
  return to === reference ? [change] : from === reference ? [-change] : []
}

function commonest(stays: readonly JudgedStay[]): string | undefined {
  const counts = [...Map.groupBy(stays, ({ groups }) => groups['race'])]
  return counts.sort(([a, one], [b, other]) => other.length - one.length || ((a ?? '') < (b ?? '') ? -1 : 1))[0]?.[0]
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

function weightedMean<K extends string>(cases: readonly Record<K, number>[], column: K, weights: Weights): number {
  let [sum, total] = [0, 0]
  for (let i = 0; i < cases.length; i++) {
    const value = cases[i]![column]
    if (Number.isNaN(value)) continue
    sum += weights[i]! * value
    total += weights[i]!
  }
  return sum / total
}
