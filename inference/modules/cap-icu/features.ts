import { readFileSync } from 'node:fs'
import { partialSofa } from './sofa.ts'
import type { CapIcuInput, Features, StayValue, UnitKind } from './types.ts'

/** Hours at the start and at the end of the window that `early` and `late` look at. */
const EDGE_HOURS = 6
/** Hourly mean arterial pressure (mm[Hg]) below which an hour counts as low, hourly heart rate (/min) above which it counts as high. */
const LOW_PRESSURE = 65
const TACHYCARDIA = 110

const UNIT_KINDS: readonly UnitKind[] = ['coronary', 'cardiac-surgery', 'medical', 'surgical']

const PLAUSIBLE = new Map(
  (
    JSON.parse(readFileSync(new URL('./variables.json', import.meta.url), 'utf8')) as {
      variables: { key: string; plausible: [number, number] }[]
    }
  ).variables.map(({ key, plausible }) => [key, plausible] as const)
)

/** Values of one variable in the order of time; the hour bins hold the mean of each hour that has a value. */
interface Series {
  points: { hours: number; value: number }[]
  /** Hour (integer) -> mean of that hour, in the order of time. */
  hourly: Map<number, number>
}

/**
 * Every statistic that a shipped model uses, as '<variable>.<statistic>'; what was not recorded is absent.
 *
 * Over [0, windowHours), in canonical units: `first`, `last` (values of one instant: their mean), `min`, `max`, `mean` and `sd`
 * (of the hourly means; population form), `change` = last - first, `early` and `late` (mean of the hourly means of the first
 * and of the last six hours), `sum`, `rate` = sum / windowHours and `late` (per hour) of urine, `any` and `late` (0 or 1) of
 * ventilation; of two variables by the hour: shock index, pulse pressure; PaO2 over the fraction last set (`pf-ratio`);
 * `low`, `high`: share of the recorded hours; `sofa.partial`: organ score of what is known (sofa.ts).
 *
 * A value outside its plausible range is not used, and equal (variable, hours, value) count once: order and duplicates never
 * change a feature, and how often something was measured is none. A table's row (`features`) is passed on as it is.
 *
 * @param input values in canonical units, hours since admission
 * @returns finite numbers only; equal to training/cap-icu/features.py within 1e-9
 */
export function featuresOf(input: CapIcuInput): Features {
  const out: Features = input.features ? ofRow(input.features) : ofSeries(seriesOf(input), input.windowHours)
  if (input.age !== undefined && out['age'] === undefined) out['age'] = input.age
  if (input.unitKind !== undefined) {
    for (const kind of UNIT_KINDS) out[`unit.${kind}`] ??= kind === input.unitKind ? 1 : 0
  }
  return out
}

/**
 * Features as the row that a model takes.
 *
 * @param names model.json inputs[0].features
 * @returns Float32Array [names.length]; NaN is missing (also what is not a finite number)
 * @example featureTensor({ age: 70, 'gcs.min': null }, ['gcs.min', 'age'])  // Float32Array [NaN, 70]
 */
export function featureTensor(features: Features, names: readonly string[]): Float32Array {
  return Float32Array.from(names, (name) => {
    const value = features[name]
    return typeof value === 'number' && Number.isFinite(value) ? value : Number.NaN
  })
}

function seriesOf({ values = [], windowHours }: CapIcuInput): Map<string, Series> {
  const seen = new Set<string>()
  const series = new Map<string, Series>()
  for (const { variable, hours, value } of values.filter((one) => isUsed(one, windowHours))) {
    const key = `${variable}|${hours}|${value}`
    if (seen.has(key)) continue
    seen.add(key)
    const one: Series = series.get(variable) ?? { points: [], hourly: new Map() }
    series.set(variable, one)
    one.points.push({ hours, value })
  }
  for (const one of series.values()) {
    // By value too, so that sums come out the same to the last bit whatever the order of arrival.
    one.points.sort((a, b) => a.hours - b.hours || a.value - b.value)
    one.hourly = hourlyMeans(one.points)
  }
  return series
}

function isUsed({ variable, hours, value }: StayValue, windowHours: number): boolean {
  const range = PLAUSIBLE.get(variable)
  return range !== undefined && hours >= 0 && hours < windowHours && value >= range[0] && value <= range[1]
}

function hourlyMeans(points: Series['points']): Map<number, number> {
  const bins = Map.groupBy(points, ({ hours }) => Math.floor(hours))
  return new Map([...bins].map(([hour, some]) => [hour, mean(some.map(({ value }) => value))]))
}

function ofSeries(series: Map<string, Series>, windowHours: number): Features {
  const out: Features = {}
  for (const [key, one] of series) {
    if (key === 'ventilation') ventilation(out, one, windowHours)
    else if (key === 'urine') urine(out, one, windowHours)
    else measured(out, key, one, windowHours)
  }
  ofTwo(out, series)
  organScore(out)
  return out
}

function ventilation(out: Features, { points }: Series, windowHours: number): void {
  const on = points.filter(({ value }) => value > 0)
  out['ventilation.any'] = on.length > 0 ? 1 : 0
  out['ventilation.late'] = on.some(({ hours }) => hours >= windowHours - EDGE_HOURS) ? 1 : 0
}

function urine(out: Features, { points }: Series, windowHours: number): void {
  const total = sum(points.map(({ value }) => value))
  const late = points.filter(({ hours }) => hours >= windowHours - EDGE_HOURS).map(({ value }) => value)
  out['urine.sum'] = total
  out['urine.rate'] = total / windowHours
  out['urine.late'] = sum(late) / Math.min(EDGE_HOURS, windowHours)
}

function measured(out: Features, key: string, { points, hourly }: Series, windowHours: number): void {
  const values = points.map(({ value }) => value)
  const first = atInstant(points, points[0]!.hours)
  const last = atInstant(points, points.at(-1)!.hours)
  const hours = [...hourly.keys()]
  const means = [...hourly.values()]
  const middle = mean(means)
  out[`${key}.first`] = first
  out[`${key}.last`] = last
  out[`${key}.min`] = values.reduce((a, b) => Math.min(a, b))
  out[`${key}.max`] = values.reduce((a, b) => Math.max(a, b))
  out[`${key}.mean`] = middle
  out[`${key}.change`] = last - first
  if (means.length > 1) out[`${key}.sd`] = Math.sqrt(mean(means.map((one) => (one - middle) ** 2)))
  const early = means.filter((_, i) => hours[i]! < EDGE_HOURS)
  const late = means.filter((_, i) => hours[i]! >= windowHours - EDGE_HOURS)
  if (early.length > 0) out[`${key}.early`] = mean(early)
  if (late.length > 0) out[`${key}.late`] = mean(late)
}

/** A row as it is; of a row of SUPPORT2 also the organ score that stays are compared by. */
function ofRow(row: Features): Features {
  const organs = partialSofa({
    oxygenation: row['pafi'],
    bilirubin: row['bili'],
    meanPressure: row['meanbp'],
    creatinine: row['crea'],
    urinePerDay: row['urine']
  })
  return organs === undefined || row['sofa.partial'] !== undefined ? { ...row } : { ...row, 'sofa.partial': organs }
}

function organScore(out: Features): void {
  const rate = out['urine.rate']
  const organs = partialSofa({
    oxygenation: out['pf-ratio.min'],
    ventilated: out['ventilation.any'] === 1,
    platelets: out['platelets.min'],
    bilirubin: out['bilirubin.max'],
    meanPressure: out['mean-arterial-pressure.min'],
    gcs: out['gcs.min'],
    creatinine: out['creatinine.max'],
    urinePerDay: rate == null ? undefined : 24 * rate
  })
  if (organs !== undefined) out['sofa.partial'] = organs
}

function ofTwo(out: Features, series: Map<string, Series>): void {
  const shock = byHour(series, 'heart-rate', 'systolic-pressure').map(([rate, systolic]) => rate / systolic)
  if (shock.length > 0) {
    out['shock-index.mean'] = mean(shock)
    out['shock-index.max'] = Math.max(...shock)
  }
  const pulse = byHour(series, 'systolic-pressure', 'diastolic-pressure').map(([high, low]) => high - low)
  if (pulse.length > 0) {
    out['pulse-pressure.mean'] = mean(pulse)
    out['pulse-pressure.min'] = Math.min(...pulse)
  }
  const ratios = oxygenation(series.get('pao2'), series.get('fio2'))
  if (ratios.length > 0) {
    out['pf-ratio.min'] = ratios.reduce((a, b) => Math.min(a, b))
    out['pf-ratio.last'] = ratios.at(-1)!
  }
  share(out, 'mean-arterial-pressure', 'low', series, (value) => value < LOW_PRESSURE)
  share(out, 'heart-rate', 'high', series, (value) => value > TACHYCARDIA)
  const [bun, creatinine] = [out['bun.last'], out['creatinine.last']]
  if (bun != null && creatinine) out['bun-creatinine.last'] = bun / creatinine
  const [rate, weight] = [out['urine.rate'], out['weight.first']]
  if (rate != null && weight) out['urine.per-kg'] = rate / weight
}

/** Hourly means of both, where both have one. */
function byHour(series: Map<string, Series>, a: string, b: string): [number, number][] {
  const other = series.get(b)?.hourly
  return [...(series.get(a)?.hourly ?? [])].flatMap(([hour, value]): [number, number][] => {
    const beside = other?.get(hour)
    return beside === undefined ? [] : [[value, beside]]
  })
}

/** PaO2 over the inspired fraction last set at or before it; a pressure before the first known fraction gives none. */
function oxygenation(pressures: Series | undefined, settings: Series | undefined): number[] {
  if (!pressures || !settings) return []
  const byInstant = Map.groupBy(settings.points, ({ hours }) => hours)
  const instants = [...byInstant.keys()]
  const fractions = [...byInstant.values()].map((points) => mean(points.map(({ value }) => value)) / 100)
  const found: number[] = []
  let next = 0
  for (const { hours, value } of pressures.points) {
    while (next < instants.length && instants[next]! <= hours) next++
    if (next > 0) found.push(value / fractions[next - 1]!)
  }
  return found
}

function share(
  out: Features,
  key: string,
  name: string,
  series: Map<string, Series>,
  test: (value: number) => boolean
): void {
  const means = [...(series.get(key)?.hourly.values() ?? [])]
  if (means.length > 0) out[`${key}.${name}`] = means.filter(test).length / means.length
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
const mean = (values: readonly number[]): number => sum(values) / values.length

/** Mean of the values of one instant. */
const atInstant = (points: Series['points'], at: number): number =>
  mean(points.filter(({ hours }) => hours === at).map(({ value }) => value))
