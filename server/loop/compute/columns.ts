import type { SampleCase } from './sample.ts'

/** Cases as columns: some hundred kilobytes that cross to the worker at once, where 20,000 objects would hold up the loop. */
export interface Columns {
  probability: Float64Array
  label: Uint8Array
  /** Number of the person: no name crosses. */
  patient: Int32Array
  /** ms since 1970 */
  at: Float64Array
  /** Place in `strata`. */
  groups: Int32Array
  strata: Record<string, string>[]
}

/** @param cases whose `groups` are shared objects where they are equal (pairs.ts), which keeps `strata` short */
export function packed(cases: readonly SampleCase[]): Columns {
  const people = new Map<string, number>()
  const strata = new Map<Record<string, string>, number>()
  const numberOf = <K>(map: Map<K, number>, key: K): number => {
    const known = map.get(key)
    if (known !== undefined) return known
    map.set(key, map.size)
    return map.size - 1
  }
  return {
    probability: Float64Array.from(cases, ({ probability }) => probability),
    label: Uint8Array.from(cases, ({ label }) => label),
    patient: Int32Array.from(cases, ({ patient }) => numberOf(people, patient)),
    at: Float64Array.from(cases, ({ at }) => Date.parse(at)),
    groups: Int32Array.from(cases, ({ groups }) => numberOf(strata, groups)),
    strata: [...strata.keys()]
  }
}

export const unpacked = ({ probability, label, patient, at, groups, strata }: Columns): SampleCase[] =>
  Array.from(probability, (p, i) => ({
    patient: String(patient[i]),
    probability: p,
    label: label[i] as 0 | 1,
    at: new Date(at[i]!).toISOString(),
    groups: strata[groups[i]!]!
  }))
