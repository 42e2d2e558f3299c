import type { Dimension } from '../types.ts'

/** A feature that the one page shows; `lead` where it is measured lead by lead. The rest stands in the CSV. */
export interface Headline {
  id: string
  lead?: string
}

const recording = (...ids: string[]): Headline[] => ids.map((id) => ({ id }))
const inLeads = (id: string, leads: string[]): Headline[] => leads.map((lead) => ({ id, lead }))

/** What a reader of intervals looks at first, in that order; a column shows as many as fit. */
export const HEADLINES: Readonly<Record<Dimension, readonly Headline[]>> = Object.freeze({
  structural: recording(
    'p.presence',
    'p.duration',
    'pr.interval',
    'qrs.duration',
    'qt.interval',
    'qt.fridericia',
    'qt.bazett',
    'qt.framingham',
    'qt.hodges',
    'p.axis',
    'qrs.axis',
    't.axis',
    'qrs-t.angle.frontal',
    'qrs-t.angle.spatial',
    'qt.dispersion',
    't.peak-end',
    'r.transition.zone',
    'qrs.fragmentation.leads',
    'template.correlation'
  ),
  intensity: [
    ...recording('voltage.sokolow-lyon', 'voltage.cornell', 'voltage.cornell-product', 'voltage.low'),
    ...inLeads('p.amplitude', ['II']),
    ...inLeads('r.amplitude', ['I', 'II', 'V5']),
    ...inLeads('s.amplitude', ['V1']),
    ...inLeads('t.amplitude', ['II', 'V2', 'V5']),
    ...inLeads('st.j', ['II', 'V2', 'V5']),
    ...inLeads('st.j60', ['II', 'V2', 'V5']),
    ...inLeads('noise.level', ['II'])
  ],
  functional: recording(
    'heart.rate',
    'rr.mean',
    'rr.min',
    'rr.max',
    'beats.count',
    'beats.supraventricular',
    'beats.ventricular',
    'hrv.sdnn',
    'hrv.rmssd',
    'hrv.pnn50',
    'poincare.sd1',
    'poincare.sd2',
    'entropy.sample',
    'dfa.alpha1',
    'hrv.lf-hf',
    'af.evidence',
    'respiration.rate',
    'deceleration.capacity'
  ),
  comparative: recording(
    'ecg-age',
    'ecg-age.gap',
    'normal-cloud.percentile',
    'percentile.heart.rate',
    'percentile.pr.interval',
    'percentile.qrs.duration',
    'percentile.qt.fridericia',
    'percentile.qrs.axis',
    'percentile.t.axis',
    'percentile.qrs-t.angle.spatial',
    'percentile.voltage.sokolow-lyon',
    'percentile.voltage.cornell',
    'percentile.vector.t'
  )
})

/** What is looked for first against the person's earlier tracing. */
export const CHANGE_HEADLINES: readonly string[] = Object.freeze([
  'heart.rate',
  'pr.interval',
  'qrs.duration',
  'qt.fridericia',
  'qrs.axis',
  't.axis'
])
