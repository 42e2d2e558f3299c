import { assessLead, type Quality } from '../../signal/quality.ts'
import { armsLookExchanged } from '../../signal/reversal.ts'
import type { EcgomicsInput, EcgQuality } from './types.ts'

/** A lead with more than this part missing is not looked at; below, its gaps are a reservation. */
const MOST_MISSING = 0.2
/** I + III - II beyond this root mean square, mV: the leads are not what they are called (specs README section D). */
const RESIDUAL_MV = 0.05
const BSQI_ACCEPTABLE = 0.9
const BSQI_LIMITED = 0.75
/** Quality is judged on this much of a long recording. */
const MOST_SECONDS = 60

type LeadQuality = EcgQuality['leads'][number]
type Verdict = EcgQuality['verdict']

/** Verdict and reasons of each lead by its samples, and what the leads together show; without the beats. */
export function leadQuality({ leads, rateHz }: EcgomicsInput): EcgQuality {
  const judged = leads.map(({ name, samples }): LeadQuality => ({ name, ...assess(samples, rateHz) }))
  const usable = judged.filter(({ verdict }) => verdict !== 'unacceptable')
  const together = betweenLeads(leads, rateHz)
  const reasons = [...new Set([...together, ...judged.flatMap((lead) => lead.reasons)])]
  const verdict: Verdict = usable.length === 0 ? 'unacceptable' : reasons.length > 0 ? 'limited' : 'acceptable'
  return { verdict, reasons, leads: judged }
}

/** The same with what the two beat detectors say (specs README section D). */
export function withBeats(quality: EcgQuality, bsqi: number): EcgQuality {
  const leads = quality.leads.map((lead) => ({ ...lead, bsqi }))
  if (bsqi >= BSQI_ACCEPTABLE) return { ...quality, leads }
  const verdict = bsqi < BSQI_LIMITED ? 'unacceptable' : quality.verdict === 'acceptable' ? 'limited' : quality.verdict
  return { verdict, reasons: [...new Set([...quality.reasons, 'detectors-disagree'])], leads }
}

function assess(samples: Float64Array, rateHz: number): Pick<LeadQuality, 'verdict' | 'reasons'> {
  const part = samples.subarray(0, Math.round(MOST_SECONDS * rateHz))
  const present = part.filter(Number.isFinite)
  if (present.length === 0 || present.length < part.length * (1 - MOST_MISSING))
    return { verdict: 'unacceptable', reasons: ['non-finite'] }
  const { verdict, reasons }: Quality = assessLead(present, rateHz)
  if (present.length === part.length) return { verdict, reasons }
  return { verdict: verdict === 'unacceptable' ? verdict : 'limited', reasons: ['non-finite', ...reasons] }
}

/** What only several leads show: leads that contradict each other, and arm electrodes that look exchanged. */
function betweenLeads(leads: EcgomicsInput['leads'], rateHz: number): string[] {
  const samplesOf = (name: string): Float64Array | undefined =>
    leads.find((lead) => lead.name === name)?.samples.subarray(0, Math.round(MOST_SECONDS * rateHz))
  const [one, two, three, avr] = ['I', 'II', 'III', 'aVR'].map(samplesOf)
  const found: string[] = []
  if (one && two && three && residualMv(one, two, three) > RESIDUAL_MV) found.push('leads-inconsistent')
  if (one && avr && [one, avr].every((lead) => lead.every(Number.isFinite)) && armsLookExchanged(one, avr, rateHz))
    found.push('lead-reversal')
  return found
}

/** Root mean square of I + III - II about its mean, over samples that all three have. */
function residualMv(one: Float64Array, two: Float64Array, three: Float64Array): number {
  let n = 0
  let sum = 0
  let squares = 0
  for (let i = 0; i < one.length; i++) {
    const residual = one[i]! + three[i]! - two[i]!
    if (!Number.isFinite(residual)) continue
    n++
    sum += residual
    squares += residual * residual
  }
  return n === 0 ? 0 : Math.sqrt(Math.max(0, squares / n - (sum / n) ** 2))
}
