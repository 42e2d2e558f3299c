import { bootstrapIntervals } from './bootstrap.ts'
import { brier, calibrationLine, expectedCalibrationError } from './calibration.ts'
import { atThreshold, auroc, ruledOut, type Scored } from './discrimination.ts'

export interface MetricRow {
  name: string
  value: number | null
  ci: [number | null, number | null]
  n: number
  unit?: string
  group?: string
}

/** Groups smaller than this are listed without a metric (specs README section L). */
const MIN_GROUP = 30
const MIN_EVENTS = 5

/** Rows of several statistics: value and 95 % interval by patient; null where it is not defined. */
function rows(
  names: readonly string[],
  cases: readonly Scored[],
  statistics: (cases: readonly Scored[]) => number[],
  { group, draws }: { group?: string; draws: number }
): MetricRow[] {
  const values = statistics(cases)
  const intervals = bootstrapIntervals(cases, statistics, draws)
  return names.map((name, i) => {
    const [low, high] = intervals[i] ?? [Number.NaN, Number.NaN]
    return {
      name,
      value: known(values[i]!),
      ci: [known(low), known(high)],
      n: cases.length,
      ...(group ? { group } : {})
    }
  })
}

const ALWAYS = ['auroc', 'ece', 'brier', 'calibration-slope', 'calibration-intercept', 'prevalence']
const AT_OPERATING_POINT = ['npv', 'fraction-ruled-out', 'sensitivity', 'specificity', 'ppv']

/** All metrics of one label over all cases; `threshold`: the operating point below which a case is ruled out. */
export function labelRows(
  label: string,
  cases: readonly Scored[],
  { threshold, draws }: { threshold?: number; draws: number }
): MetricRow[] {
  const names = [...ALWAYS, ...(threshold === undefined ? [] : AT_OPERATING_POINT)].map((name) => `${name} ${label}`)
  const statistics = (some: readonly Scored[]): number[] => {
    const { slope, intercept } = calibrationLine(some)
    const prevalence = some.filter((one) => one.label === 1).length / some.length
    const always = [auroc(some), expectedCalibrationError(some), brier(some), slope, intercept, prevalence]
    if (threshold === undefined) return always
    const { npv, fraction } = ruledOut(some, threshold)
    const { sensitivity, specificity, ppv } = atThreshold(some, threshold)
    return [...always, npv, fraction, sensitivity, specificity, ppv]
  }
  return rows(names, cases, statistics, { draws })
}

/** AUROC of each group; a group with too few cases or events is listed with null. */
export function groupRows(
  label: string,
  cases: readonly (Scored & { groups: Record<string, string> })[],
  draws: number
): MetricRow[] {
  const names = [
    ...new Set(cases.flatMap(({ groups }) => Object.entries(groups).map(([key, value]) => `${key}=${value}`)))
  ]
  return names.sort().flatMap((group): MetricRow[] => {
    const [key, value] = group.split('=') as [string, string]
    const members = cases.filter(({ groups }) => groups[key] === value)
    const events = members.filter((one) => one.label === 1).length
    const isEnough = members.length >= MIN_GROUP && Math.min(events, members.length - events) >= MIN_EVENTS
    return isEnough
      ? rows([`auroc ${label}`], members, (some) => [auroc(some)], { group, draws })
      : [{ name: `auroc ${label}`, value: null, ci: [null, null], n: members.length, group }]
  })
}

const known = (value: number): number | null => (Number.isFinite(value) ? value : null)
