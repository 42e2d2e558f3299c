import { LEAD_NUMBERS } from '../../../core/lead-numbers.ts'
import { orderLeads, STANDARD_LEADS } from '../../signal/preprocess/leads.ts'
import type { AnyEcgInput } from './types.ts'

type InputLead = AnyEcgInput['leads'][number]

/** MDC numbers in the order of STANDARD_LEADS. */
const NUMBERS = [...LEAD_NUMBERS.values()]
const [I, II, III] = [1, 2, 61]
const LIMB: ReadonlySet<number> = new Set([1, 2, 61, 62, 63, 64])

/** Eight leads say all that twelve do: two of the limbs and the six of the chest. */
export const MIN_INDEPENDENT = 8

/** Of the leads given, how many follow from no others: two of the limbs at most. */
export function independentLeads(leads: readonly Pick<InputLead, 'mdc'>[]): number {
  const numbers = new Set(leads.map(({ mdc }) => mdc))
  const limb = [...LIMB].filter((n) => numbers.has(n)).length
  return Math.min(2, limb) + NUMBERS.filter((n) => !LIMB.has(n) && numbers.has(n)).length
}

/**
 * All twelve leads in their order, those that the recording lacks computed from two others: I + III = II (Einthoven 1912), and
 * III, aVR, aVL and aVF from I and II (Goldberger 1942).
 *
 * @param leads of one length
 * @returns with the names of those that were computed; undefined where they cannot be
 */
export function twelveLeads(
  leads: readonly InputLead[]
): { leads: (InputLead & { name: string })[]; derived: string[] } | undefined {
  const of = (mdc: number): Float64Array | undefined => leads.find((lead) => lead.mdc === mdc)?.samples
  const [one, two, three] = [of(I), of(II), of(III)]
  const sum = (a: Float64Array, b: Float64Array, sign: 1 | -1): Float64Array =>
    a.map((value, i) => value + sign * b[i]!)
  const known = [...leads]
  if (!one && two && three) known.push({ mdc: I, unit: 'mV', samples: sum(two, three, -1) })
  if (!two && one && three) known.push({ mdc: II, unit: 'mV', samples: sum(one, three, 1) })
  const ordered = orderLeads(known, STANDARD_LEADS)
  if (!ordered.every((samples) => samples !== undefined)) return undefined
  return {
    leads: ordered.map((samples, i) => ({ name: STANDARD_LEADS[i]!, mdc: NUMBERS[i]!, unit: 'mV', samples })),
    derived: STANDARD_LEADS.filter((_, i) => of(NUMBERS[i]!) === undefined)
  }
}
