import type { Lead } from '../../core/waveform.ts'
import type { EcgChannel } from './channels.ts'
import { ecgLead } from './leads.ts'

/**
 * The limb leads that follow from I and II, in mV, for containers that leave them out.
 *
 * III = II - I, aVR = -(I + II) / 2, aVL = I - II / 2, aVF = II - I / 2 (Einthoven; Goldberger 1942). Marked derived. One
 * step of an augmented lead is half a step of the source, so that nothing is rounded. A sample is missing where one of the two
 * is missing. Leads in `present` are not made again.
 */
export function derivedLimbLeads(one: EcgChannel, two: EcgChannel, present: ReadonlySet<string>): EcgChannel[] {
  const step = Math.max(one.lead.resolution, two.lead.resolution)
  const made: [string, number, (i: number, ii: number) => number][] = [
    ['III', step, (i, ii) => ii - i],
    ['aVR', step / 2, (i, ii) => -(i + ii) / 2],
    ['aVL', step / 2, (i, ii) => i - ii / 2],
    ['aVF', step / 2, (i, ii) => ii - i / 2]
  ]
  return made
    .filter(([name]) => !present.has(name))
    .map(([name, resolution, formula]) => ({
      lead: ecgLead(name, { resolution, derived: true, filters: sameFilters(one.lead, two.lead) }, name),
      millivolts: one.millivolts.map((i, n) => formula(i, two.millivolts[n] ?? Number.NaN))
    }))
}

const sameFilters = (one: Lead, two: Lead): Lead['filters'] =>
  JSON.stringify(one.filters) === JSON.stringify(two.filters) ? one.filters : undefined
