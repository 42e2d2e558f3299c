import type { FeatureDefinition } from '../../types.ts'
import { SOURCE } from './sources.ts'

const MEDIAN_BEAT = { beats: 5, rateHz: 250 }
const PRECORDIAL = { ...MEDIAN_BEAT, leads: ['V1', 'V2', 'V3', 'V4', 'V5', 'V6'] }

const ofLead = (
  id: string,
  name: string,
  definition: string,
  rest: Partial<FeatureDefinition> = {}
): FeatureDefinition => ({
  id,
  dimension: 'structural',
  name,
  definition,
  reference: SOURCE.cse,
  unit: 'ms',
  scope: 'lead',
  decimals: 0,
  needs: MEDIAN_BEAT,
  ...rest
})
const category = { unit: '1', reference: SOURCE.own }

/** Presence, direction, form and duration of the waves in each lead. */
export const LEAD_MORPHOLOGY: FeatureDefinition[] = [
  ofLead(
    'waves.present',
    'Waves',
    "Waves found in the lead's median beat, in order: P Q R S R' S' T (QS for a negative complex).",
    category
  ),
  ofLead(
    'p.direction',
    'P direction',
    'upright, inverted, biphasic (both lobes from 20 uV and 20 % of the larger) or flat (no lobe of 20 uV over 20 ms).',
    category
  ),
  ofLead('p.form', 'P form', 'single, or the order of the lobes: plus-minus, minus-plus.', category),
  ofLead('p.duration.lead', 'P duration of the lead', "P onset to offset of the lead's own marks."),
  ofLead('qrs.form', 'QRS form', "QRS in letters; capital from 0.5 mV on: qRs, rS, QS, rsR'.", category),
  ofLead('qrs.duration.lead', 'QRS duration of the lead', "QRS onset to offset of the lead's own marks."),
  ofLead('q.duration', 'Q duration', 'Width of Q at the level before QRS onset.'),
  ofLead('r.duration', 'R duration', 'Width of R at the level before QRS onset.'),
  ofLead('s.duration', 'S duration', 'Width of S at the level before QRS onset.'),
  ofLead('r-prime.duration', "R' duration", "Width of R' at the level before QRS onset."),
  ofLead('r.peak.time', 'R peak time', 'Global QRS onset to the peak of R (of S in a QS complex).', {
    reference: 'Perez-Riera AR et al. 2016, Ann Noninvasive Electrocardiol 21:120; Kligfield P et al. 2007'
  }),
  ofLead(
    'qrs.notches',
    'QRS notches',
    'Turning points of QRS beyond those of its waves, in pairs; a turn counts from 4 % of the height and 30 uV on.',
    {
      unit: '1',
      reference: 'Das MK et al. 2006, Circulation 113:2495 (read by eye there; limits ours)'
    }
  ),
  ofLead(
    't.direction',
    'T direction',
    'upright from 0.1 mV, inverted from -0.1 mV, flat between, biphasic (both lobes from 20 uV and 20 % of the larger).',
    {
      ...category,
      reference: SOURCE.ahaPart4
    }
  ),
  ofLead('t.form', 'T form', 'single, or the order of the lobes: plus-minus, minus-plus.', category),
  ofLead('qt.lead', 'QT of the lead', "Global QRS onset to the lead's own T offset."),
  ofLead('t.peak-end.lead', 'Tpeak-Tend of the lead', "T peak to offset of the lead's own marks."),
  ofLead(
    'st.form',
    'ST form',
    'Slope from J to J+80 ms: upsloping from 0.5 mV/s, downsloping from -0.5 mV/s, horizontal between.',
    category
  ),
  ofLead(
    'template.correlation.lead',
    'Beat likeness of the lead',
    'Median correlation of the beats with the median beat from QRS onset to T offset.',
    {
      unit: '1',
      decimals: 3,
      reference: SOURCE.own
    }
  )
]

const ofRecording = (
  id: string,
  name: string,
  definition: string,
  rest: Partial<FeatureDefinition> = {}
): FeatureDefinition => ({
  ...ofLead(id, name, definition, { unit: '1', reference: SOURCE.own, ...rest }),
  scope: 'recording'
})

/** Shape over several leads. */
export const RECORDING_MORPHOLOGY: FeatureDefinition[] = [
  ofRecording(
    'r.progression',
    'R progression',
    'normal, poor (R in V3 at most 0.3 mV) or reversed (R falls by 0.05 mV from V1 to V2, V2 to V3 or V3 to V4 while under 1 mV).',
    {
      reference: 'Zema MJ, Kligfield P 1979, J Electrocardiol 12:3',
      needs: PRECORDIAL
    }
  ),
  ofRecording('r.transition.lead', 'Transition lead', 'First of V1 to V6 where R is at least as high as S is deep.', {
    reference: "Surawicz B, Knilans TK 2008, Chou's Electrocardiography in Clinical Practice, 6th ed.",
    needs: PRECORDIAL
  }),
  ofRecording(
    'r.transition.zone',
    'Transition zone',
    'Where R / (R + S) passes one half between two neighbouring chest leads; 3.5 lies between V3 and V4.',
    {
      formula: 'linear interpolation of R / (R + S) over lead number',
      decimals: 1,
      needs: PRECORDIAL
    }
  ),
  ofRecording('qrs.fragmentation.leads', 'Notched leads', 'Number of leads with at least one QRS notch.', {
    reference: 'Das MK et al. 2006, Circulation 113:2495'
  }),
  ofRecording(
    'qrs.fragmented',
    'Fragmented QRS',
    'fragmented when two neighbouring leads of a territory (II III aVF; I aVL V5 V6; V1 to V5) are notched and QRS is under 120 ms; wide when QRS is 120 ms or more; else none.',
    {
      reference: 'Das MK et al. 2006, Circulation 113:2495'
    }
  ),
  ofRecording(
    'template.correlation',
    'Beat likeness',
    'Median correlation of the beats of the dominant shape with their template.',
    { decimals: 3 }
  ),
  ofRecording('template.share', 'Share of the dominant shape', 'Beats of the dominant shape over all beats.', {
    decimals: 2
  })
]
