import { bootstrapInterval } from './bootstrap.ts'
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

/** One row: value and 95 % interval by patient; null where it is not defined. */
function row(
  name: string,
  cases: readonly Scored[],
  statistic: (cases: readonly Scored[]) => number,
  { group, draws }: { group?: string; draws: number }
): MetricRow {
  const [low, high] = bootstrapInterval(cases, statistic, draws)
  return {
    name,
    value: known(statistic(cases)),
    ci: [known(low), known(high)],
    n: cases.length,
    ...(group ? { group } : {})
  }
}

/** All metrics of one label over all cases; `threshold`: the operating point below which a case is ruled out. */
export function labelRows(
  label: string,
  cases: readonly Scored[],
  { threshold, draws }: { threshold?: number; draws: number }
): MetricRow[] {
  const of = (name: string, statistic: (cases: readonly Scored[]) => number) =>
    row(`${name} ${label}`, cases, statistic, { draws })
  return [
    of('auroc', auroc),
    of('ece', expectedCalibrationError),
    of('brier', brier),
    of('calibration-slope', (some) => calibrationLine(some).slope),
    of('calibration-intercept', (some) => calibrationLine(some).intercept),
    of('prevalence', (some) => some.filter((one) => one.label === 1).length / some.length),
    ...(threshold === undefined
      ? []
      : [
          of('npv', (some) => ruledOut(some, threshold).npv),
          of('fraction-ruled-out', (some) => ruledOut(some, threshold).fraction),
          of('sensitivity', (some) => atThreshold(some, threshold).sensitivity),
          of('specificity', (some) => atThreshold(some, threshold).specificity),
          of('ppv', (some) => atThreshold(some, threshold).ppv)
        ])
  ]
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
  return names.sort().map((group) => {
    const [key, value] = group.split('=') as [string, string]
    const members = cases.filter(({ groups }) => groups[key] === value)
    const events = members.filter((one) => one.label === 1).length
    const isEnough = members.length >= MIN_GROUP && Math.min(events, members.length - events) >= MIN_EVENTS
    return isEnough
      ? row(`auroc ${label}`, members, auroc, { group, draws })
      : { name: `auroc ${label}`, value: null, ci: [null, null], n: members.length, group }
  })
}

const known = (value: number): number | null => (Number.isFinite(value) ? value : null)
