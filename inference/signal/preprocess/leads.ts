import { LEAD_NUMBERS } from '../../../core/lead-numbers.ts'

/** One lead as recorded: MDC lead number (I 1, II 2, V1-V6 3-8, III 61, aVR 62, aVL 63, aVF 64), samples in mV, NaN where missing. */
export interface LeadSamples {
  mdc: number
  samples: Float64Array
}

/** The twelve in the order of the charts: what a model gets that names no leads of its own. */
export const STANDARD_LEADS: readonly string[] = [...LEAD_NUMBERS.keys()]

/** What follows from leads I and II (Einthoven 1912; Goldberger 1942), sample by sample. */
const DERIVED: ReadonlyMap<string, (one: number, two: number) => number> = new Map([
  ['III', (one: number, two: number) => two - one],
  ['aVR', (one: number, two: number) => -(one + two) / 2],
  ['aVL', (one: number, two: number) => one - two / 2],
  ['aVF', (one: number, two: number) => two - one / 2]
])

/**
 * The named leads in the named order: as recorded, else derived from I and II, else undefined.
 *
 * @example orderLeads([{ mdc: 2, samples: ii }, { mdc: 1, samples: i }], ['I', 'II']) // [i, ii]
 */
export function orderLeads(leads: readonly LeadSamples[], names: readonly string[]): (Float64Array | undefined)[] {
  const of = (name: string) => leads.find(({ mdc }) => mdc === LEAD_NUMBERS.get(name))?.samples
  const [one, two] = [of('I'), of('II')]
  return names.map((name) => {
    const rule = DERIVED.get(name)
    return of(name) ?? (rule && one && two ? one.map((value, i) => rule(value, two[i]!)) : undefined)
  })
}
