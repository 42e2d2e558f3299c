import type { Observation } from '@medplum/fhirtypes'
import type { RecordReader } from '../../../../core/record.ts'
import { MINUTE_MS } from '../../../record/times.ts'
import type { CapIcuInput, StayValue } from '../types.ts'
import { type Reading, readValues } from './read-value.ts'
import type { VariableLookup } from './variables.ts'

const HOUR_MS = 60 * MINUTE_MS
/** Resources a search gives at once. */
const PAGE = 1000
const FIRST_SLICE_MS = 4 * HOUR_MS
/** Of one second no more is read than a page holds. */
const MIN_SLICE_MS = 2000
/** How full the next page is meant to be. */
const FILL = 0.9
/** Observations of one window looked at: twenty a minute over 48 h, more than any monitor files. A bound, not a window. */
export const MAX_OBSERVATIONS = 60_000

export interface Collected {
  values: StayValue[]
  unused: NonNullable<CapIcuInput['unused']>
  /** Versioned references of the Observations whose values are used, sorted. */
  basis: string[]
  /** Variables with a value that was given by its bound (`<0.3`). */
  censored: string[]
  /** The window holds more than is read: what is here must not be scored. */
  isCut: boolean
}

interface Window {
  /** 'Patient/..' */
  patient: string
  /** ISO instant of the admission to intensive care. */
  from: string
  hours: number
}

/**
 * What the record holds of the variables from admission on, over [0, hours). What is found does not depend on the order in
 * which it came: values, what was not used, and the basis are sorted.
 */
export async function collect(window: Window, record: RecordReader, lookup: VariableLookup): Promise<Collected> {
  const start = Date.parse(window.from)
  const readings: Reading[] = []
  const { observations, isCut } = await observationsOf(window, record, lookup)
  for (const observation of observations) readings.push(readValues(observation, lookup))
  const values: StayValue[] = []
  const basis: string[] = []
  const censored = new Set<string>()
  const unused = new Map<string, NonNullable<CapIcuInput['unused']>[number]>()
  for (const reading of readings) {
    if (reading.at === undefined) continue
    const hours = (Date.parse(reading.at) - start) / HOUR_MS
    if (!(hours >= 0 && hours < window.hours)) continue
    for (const { variable, reason } of reading.unused) {
      const one = unused.get(`${variable}|${reason}`)
      if (one) one.n++
      else unused.set(`${variable}|${reason}`, { variable, reason, n: 1 })
    }
    if (reading.values.length === 0) continue
    basis.push(reading.reference)
    for (const { variable, value, censored: isBound } of reading.values) {
      values.push({ variable, hours, value })
      if (isBound) censored.add(variable)
    }
  }
  return {
    values: values.sort(byTime),
    unused: [...unused.values()].sort((a, b) => compare(`${a.variable}|${a.reason}`, `${b.variable}|${b.reason}`)),
    basis: basis.sort(compare),
    censored: [...censored].sort(compare),
    isCut
  }
}

/**
 * Slice after slice of the window, each as long as the one before it was dense; one that fills its page is halved. A search
 * that sorts costs twice one that does not, and each search goes over the patient's index anew.
 */
async function observationsOf(
  window: Window,
  record: RecordReader,
  lookup: VariableLookup
): Promise<{ observations: Observation[]; isCut: boolean }> {
  const from = Date.parse(window.from)
  const until = from + window.hours * HOUR_MS
  const codes = lookup.tokens.map(encodeURIComponent).join(',')
  const found = new Map<string, Observation>()
  let length = FIRST_SLICE_MS
  let start = from
  let isCut = false
  while (start < until && found.size < MAX_OBSERVATIONS) {
    const end = Math.min(start + length, until)
    const dates = `date=ge${new Date(start).toISOString()}&date=lt${new Date(end).toISOString()}`
    const page = await record.search<Observation>(
      `Observation?patient=${window.patient}&code=${codes}&${dates}&_count=${PAGE}`
    )
    if (page.length >= PAGE && end - start > MIN_SLICE_MS) {
      length = Math.ceil((end - start) / 2)
      continue
    }
    isCut ||= page.length >= PAGE
    for (const observation of page) found.set(observation.id!, observation)
    length = page.length === 0 ? until - end : Math.ceil(((end - start) * FILL * PAGE) / page.length)
    start = end
  }
  return { observations: [...found.values()], isCut: isCut || start < until }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
const byTime = (a: StayValue, b: StayValue): number =>
  a.hours - b.hours || compare(a.variable, b.variable) || a.value - b.value
