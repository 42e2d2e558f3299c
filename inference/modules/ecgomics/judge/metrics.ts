import type { Judgement } from '../../../../core/inference-module.ts'
import { median } from '../../../signal/delineate/median.ts'
import { seededRandom } from '../../../signal/seeded-random.ts'
import type { Counts } from './counts.ts'
import { EDGES, type Intervals, WAVES } from './marks.ts'

type Row = Judgement['metrics'][number]

/** What one recording gave: sums that add up, and the difference of each interval (ours - people's, ms). */
export interface Scored {
  recordId: string
  patientId: string
  counts: Counts
  differences: Intervals
}

/** Seed of the draws (specs README section B: test 3003). */
const SEED = 3003
const INTERVALS = ['pr', 'qrsDuration', 'qt'] as const

/**
 * All metrics over some recordings, each with its 95 % interval by drawing patients with replacement (specs section B).
 * Metrics of what the recordings do not have (P edges where only beats were marked) are left out.
 *
 * F1 = 2 TP / (2 TP + FP + FN); sensitivity = TP / (TP + FN); ppv = TP / (TP + FP), over all leads and beats together. meanMs and
 * sdMs: of found - people's, over all pairs together (population SD; the mean over recordings of their own SDs, as in
 * Martinez et al. 2004, would be smaller). madMs: median over recordings of |ours - people's|. falseInAf: part of the beats of
 * atrial fibrillation before which a P was marked.
 */
export function metricRows(scored: readonly Scored[], { draws, group }: { draws: number; group?: string }): Row[] {
  const keys = [...new Set(scored.flatMap(({ counts }) => Object.keys(counts)))]
  const places = new Map(keys.map((key, i) => [key, i]))
  const patients = [...Map.groupBy(scored, ({ patientId }) => patientId).values()].map((records) => ({
    sums: Float64Array.from(keys, (key) => records.reduce((sum, { counts }) => sum + (counts[key] ?? 0), 0)),
    differences: records.map(({ differences }) => differences)
  }))
  const over = (sample: typeof patients): Statistics => {
    const sums = new Float64Array(keys.length)
    for (const one of sample) for (let i = 0; i < sums.length; i++) sums[i] = sums[i]! + one.sums[i]!
    return statisticsOf(
      (key) => sums[places.get(key) ?? -1] ?? 0,
      sample.flatMap(({ differences }) => differences)
    )
  }
  const whole = over(patients)
  const names = Object.keys(whole)
  const drawn: Record<string, number[]> = Object.fromEntries(names.map((name) => [name, []]))
  const next = seededRandom(SEED)
  for (let draw = 0; draw < draws; draw++) {
    const values = over(patients.map(() => patients[Math.floor(next() * patients.length)]!))
    for (const name of names) {
      const value = values[name]?.value
      if (value !== undefined) drawn[name]!.push(value)
    }
  }
  return names.map((name) => {
    const { value, n } = whole[name]!
    return {
      name,
      value,
      ci: interval(drawn[name]!, draws),
      n,
      ...(name.endsWith('Ms') ? { unit: 'ms' } : {}),
      ...(group === undefined ? {} : { group })
    }
  })
}

type Statistics = Record<string, { value: number; n: number }>

function statisticsOf(of: (key: string) => number, differences: readonly Intervals[]): Statistics {
  const out: Statistics = {}
  const rate = (name: string, part: number, whole: number): void => {
    if (whole > 0) out[name] = { value: part / whole, n: whole }
  }
  for (const wave of WAVES) {
    const [tp, fn, fp] = [of(`${wave}.tp`), of(`${wave}.fn`), of(`${wave}.fp`)]
    if (tp + fn > 0) out[`${wave}.f1`] = { value: (2 * tp) / (2 * tp + fn + fp), n: tp + fn }
    rate(`${wave}.sensitivity`, tp, tp + fn)
    if (tp + fn > 0) rate(`${wave}.ppv`, tp, tp + fp)
    for (const edge of EDGES) {
      const n = of(`${wave}.${edge}.n`)
      if (n === 0) continue
      const mean = of(`${wave}.${edge}.sum`) / n
      out[`${wave}.${edge}.meanMs`] = { value: mean, n }
      out[`${wave}.${edge}.sdMs`] = { value: Math.sqrt(Math.max(0, of(`${wave}.${edge}.squares`) / n - mean ** 2)), n }
    }
  }
  // Beats of whole recordings are judged once, not lead by lead: where they were marked, they are what QRS means.
  const [tp, fn, fp] = [of('beat.tp'), of('beat.fn'), of('beat.fp')]
  if (tp + fn > 0) {
    out['qrs.f1'] = { value: (2 * tp) / (2 * tp + fn + fp), n: tp + fn }
    out['qrs.sensitivity'] = { value: tp / (tp + fn), n: tp + fn }
    if (tp + fp > 0) out['qrs.ppv'] = { value: tp / (tp + fp), n: tp + fp }
  }
  rate('p.falseInAf', of('af.p'), of('af.beats'))
  for (const name of INTERVALS) {
    const known = differences.flatMap((one) => one[name] ?? [])
    if (known.length === 0) continue
    out[`${name}.madMs`] = { value: median(known.map(Math.abs)), n: known.length }
    out[`${name}.meanMs`] = { value: known.reduce((sum, value) => sum + value, 0) / known.length, n: known.length }
  }
  return out
}

/** Between the 2.5th and the 97.5th percentile; null where fewer than half of the draws defined the metric. */
function interval(values: number[], draws: number): [number, number] | null {
  if (values.length === 0 || values.length * 2 < draws) return null
  values.sort((a, b) => a - b)
  return [values[Math.floor(0.025 * values.length)]!, values[Math.ceil(0.975 * values.length) - 1]!]
}
