import type { BeatWaves } from '../../../../signal/delineation.ts'
import { beatCorrelation } from '../../../../signal/shape/beat-correlation.ts'
import type { ShapeNumber } from '../../../../signal/shape/lead-shape.ts'
import type { FeatureValue } from '../../types.ts'
import type { FeatureContext, LeadContext } from '../context.ts'
import { absent, numeric } from '../feature-value.ts'

type Numbers = Record<ShapeNumber, number>
type Read = (numbers: Numbers) => number

const OF_P: Record<string, Read> = {
  'p.amplitude': (n) => n.pAmplitude,
  'p.area': (n) => n.pArea,
  'p.duration.lead': (n) => n.pDuration
}

/** Numbers of one lead's beat: Structural durations and Intensity. */
const OTHERS: Record<string, Read> = {
  'q.duration': (n) => n.qDuration,
  'r.duration': (n) => n.rDuration,
  's.duration': (n) => n.sDuration,
  'r-prime.duration': (n) => n.rPrimeDuration,
  'r.peak.time': (n) => n.rPeakTime,
  'qrs.notches': (n) => n.notches,
  'q.amplitude': (n) => n.qAmplitude,
  'r.amplitude': (n) => n.rAmplitude,
  's.amplitude': (n) => n.sAmplitude,
  'r-prime.amplitude': (n) => n.rPrimeAmplitude,
  's-prime.amplitude': (n) => n.sPrimeAmplitude,
  't.amplitude': (n) => n.tAmplitude,
  'qrs.peak-to-peak': (n) => n.qrsPeakToPeak,
  'st.j': (n) => n.stJ,
  'st.j40': (n) => n.st40,
  'st.j60': (n) => n.st60,
  'st.j80': (n) => n.st80,
  'st.slope': (n) => n.stSlope,
  'ratio.r-s': (n) => n.rAmplitude / -n.sAmplitude,
  'ratio.q-r': (n) => -n.qAmplitude / n.rAmplitude,
  'ratio.r-t': (n) => n.rAmplitude / n.tAmplitude,
  'qrs.area': (n) => n.qrsArea,
  't.area': (n) => n.tArea,
  'st-t.area': (n) => n.sttArea,
  'qrs.slope.up': (n) => n.qrsRise,
  'qrs.slope.down': (n) => n.qrsFall,
  't.slope.up': (n) => n.tRise,
  't.slope.down': (n) => n.tFall,
  't.symmetry': (n) => n.tSymmetry,
  'band.0-5': (n) => n.band0,
  'band.5-15': (n) => n.band5,
  'band.15-40': (n) => n.band15
}

/** Durations by the lead's own marks, in samples. */
const BY_MARKS: Record<string, (own: BeatWaves, global: BeatWaves) => number> = {
  'qrs.duration.lead': ({ qrs }) => (qrs?.offset ?? Number.NaN) - (qrs?.onset ?? Number.NaN),
  'qt.lead': ({ t }, { qrs }) => (t?.offset ?? Number.NaN) - (qrs?.onset ?? Number.NaN),
  't.peak-end.lead': ({ t }) => (t?.offset ?? Number.NaN) - (t?.peak ?? Number.NaN)
}

const LIKENESS = 'template.correlation.lead'

/** All numbers of each lead, each with the spread of the same number over the beats. */
export function leadNumberFeatures(context: FeatureContext): FeatureValue[] {
  return context.leads.flatMap((lead) => {
    const { name, absent: reason } = lead
    if (reason || !lead.shape || !context.median) {
      const why = reason ?? context.shapeAbsent ?? 'beats-too-few'
      const others = [...Object.keys(OTHERS), ...Object.keys(BY_MARKS), LIKENESS]
      return [
        ...Object.keys(OF_P).map((id) => absent(id, context.pAbsent ?? why, name)),
        ...others.map((id) => absent(id, why, name))
      ]
    }
    const shapes = Object.entries(OTHERS).map(([id, read]) => ofShape(context, lead, id, read))
    const p = Object.entries(OF_P).map(([id, read]) =>
      context.pAbsent ? absent(id, context.pAbsent, name) : ofShape(context, lead, id, read)
    )
    return [...p, ...shapes, ...ofMarks(context, lead), likeness(context, lead)]
  })
}

function ofShape({ bootstrap }: FeatureContext, lead: LeadContext, id: string, read: Read): FeatureValue {
  const value = read(lead.shape!.numbers)
  const confidence = Number.isFinite(value)
    ? bootstrap.around(
        value,
        lead.beatShapes.map(({ numbers }) => read(numbers))
      )
    : undefined
  return numeric(id, value, { lead: lead.name, confidence, limited: lead.limited })
}

function ofMarks({ measured, median, shapeBeats, bootstrap }: FeatureContext, lead: LeadContext): FeatureValue[] {
  const ms = 1000 / median!.rateHz
  const { delineation } = measured
  return Object.entries(BY_MARKS).map(([id, read]) => {
    const value = read(median!.leads[lead.index] ?? {}, median!.global) * ms
    const beats = shapeBeats.map(
      (k) => read(delineation.leads[lead.index]?.[k] ?? {}, delineation.global[k] ?? {}) * ms
    )
    return numeric(id, value, { lead: lead.name, confidence: bootstrap.around(value, beats), limited: lead.limited })
  })
}

/** Median correlation of the beats with the median beat from QRS onset to T offset. */
function likeness({ measured, median, shapeBeats, bootstrap }: FeatureContext, lead: LeadContext): FeatureValue {
  const { qrs, t } = lead.windows!
  const template = median!.samples[lead.index]!
  const compared = {
    from: Math.max(0, Math.floor(qrs.from)),
    to: Math.min(template.length - 1, Math.ceil((t ?? qrs).to))
  }
  const correlations = shapeBeats.map((beat) =>
    beatCorrelation(lead.samples, template, compared, (measured.beats[beat]?.at ?? Number.NaN) - median!.fiducial)
  )
  const { value, interval } = bootstrap.median(correlations)
  return numeric(LIKENESS, value, { lead: lead.name, confidence: interval, limited: lead.limited })
}
