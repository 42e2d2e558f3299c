import { rProgression, transitionLead, transitionZone } from '../../../../signal/shape/precordial.ts'
import type { FeatureValue } from '../../types.ts'
import type { FeatureContext } from '../context.ts'
import { absent, numeric, worded } from '../feature-value.ts'
import { reasonOf } from './axes.ts'

const CHEST = ['V1', 'V2', 'V3', 'V4', 'V5', 'V6']
/** Neighbouring leads, in order (Das MK et al. 2006). */
const TERRITORIES = [
  ['II', 'aVF', 'III'],
  ['aVL', 'I', 'V6', 'V5'],
  ['V1', 'V2', 'V3', 'V4', 'V5']
]
const WIDE_QRS_MS = 120

/** R progression, transition, fragmentation, and how alike the beats are. */
export function severalLeadFeatures(context: FeatureContext): FeatureValue[] {
  return [...chest(context), ...fragmentation(context), ...likeness(context)]
}

function chest(context: FeatureContext): FeatureValue[] {
  const ids = ['r.progression', 'r.transition.lead', 'r.transition.zone']
  const reason = reasonOf(context, CHEST)
  if (reason) return ids.map((id) => absent(id, reason))
  const leads = CHEST.map((name) => context.lead(name)!)
  const pairs = leads.map(({ shape }) => ({ r: shape!.numbers.rHeight, s: shape!.numbers.sDepth }))
  const limited = leads.some((lead) => lead.limited)
  const beats = context.shapeBeats.map((_, beat) =>
    transitionZone(
      leads.map(({ beatShapes }) => ({ r: beatShapes[beat]!.numbers.rHeight, s: beatShapes[beat]!.numbers.sDepth }))
    )
  )
  const zone = transitionZone(pairs)
  return [
    worded(ids[0]!, rProgression(pairs), { limited }),
    worded(ids[1]!, transitionLead(pairs), { limited }),
    numeric(ids[2]!, zone, { confidence: context.bootstrap.around(zone, beats), limited })
  ]
}

function fragmentation(context: FeatureContext): FeatureValue[] {
  const leads = context.leads.filter(({ shape, absent: reason }) => shape && !reason)
  if (leads.length === 0) {
    const reason = context.shapeAbsent ?? context.leads.find((lead) => lead.absent)?.absent ?? 'beats-too-few'
    return [absent('qrs.fragmentation.leads', reason), absent('qrs.fragmented', reason)]
  }
  const notched = new Set(leads.filter(({ shape }) => shape!.numbers.notches > 0).map(({ name }) => name))
  const { qrs } = context.median!.global
  const qrsMs = (((qrs?.offset ?? Number.NaN) - (qrs?.onset ?? Number.NaN)) * 1000) / context.rateHz
  const neighbours = TERRITORIES.some((territory) =>
    territory.some((name, i) => notched.has(name) && notched.has(territory[i + 1] ?? ''))
  )
  const word = qrsMs >= WIDE_QRS_MS ? 'wide' : neighbours ? 'fragmented' : 'none'
  return [
    numeric('qrs.fragmentation.leads', notched.size),
    worded('qrs.fragmented', context.leads.length > 1 ? word : undefined, { otherwise: 'lead-missing' })
  ]
}

function likeness({ measured: { beats }, bootstrap }: FeatureContext): FeatureValue[] {
  const dominant = beats.filter(({ template }) => template === 0)
  const { value, interval } = bootstrap.median(dominant.slice(0, 1000).map(({ correlation }) => correlation))
  return [
    numeric('template.correlation', value, { confidence: interval, otherwise: 'beats-too-few' }),
    numeric('template.share', dominant.length / beats.length, { otherwise: 'beats-too-few' })
  ]
}
