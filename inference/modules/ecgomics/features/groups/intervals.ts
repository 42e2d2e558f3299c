import type { BeatWaves, WaveMark } from '../../../../signal/delineation.ts'
import { medianOf } from '../../../../signal/shape/bootstrap.ts'
import { qtDispersion } from '../../../../signal/shape/qt-dispersion.ts'
import { correctedQt, type QtFormula } from '../../../../signal/shape/qtc.ts'
import type { FeatureValue } from '../../types.ts'
import type { FeatureContext } from '../context.ts'
import { absent, numeric, worded } from '../feature-value.ts'

/** The marks of one beat: over all leads, and in each. */
interface BeatMarks {
  global: BeatWaves
  leads: (BeatWaves | undefined)[]
  rrMs: number
}
type Read = (marks: BeatMarks, ms: number) => number

const span = (from: number | undefined, to: number | undefined): number =>
  from === undefined || to === undefined ? Number.NaN : to - from
const peakEnd = (mark: WaveMark | undefined): number => span(mark?.peak, mark?.offset)
const qtOf = ({ global, leads }: BeatMarks): number[] => leads.map((lead) => span(global.qrs?.onset, lead?.t?.offset))
const tPeakEnd = ({ leads }: BeatMarks): number => medianOf(leads.map((lead) => peakEnd(lead?.t)))

const QT: Read = ({ global }, ms) => span(global.qrs?.onset, global.t?.offset) * ms
const QRS: Read = ({ global }, ms) => span(global.qrs?.onset, global.qrs?.offset) * ms
const corrected =
  (formula: QtFormula): Read =>
  (marks, ms) =>
    correctedQt({ qtMs: QT(marks, ms), rrMs: marks.rrMs }, formula)

/** Samples to ms is `ms`; P features are kept apart, since in fibrillation, flutter and pacing they do not apply. */
const OF_P: Record<string, Read> = {
  'p.duration': ({ global }, ms) => span(global.p?.onset, global.p?.offset) * ms,
  'pr.interval': ({ global }, ms) => span(global.p?.onset, global.qrs?.onset) * ms,
  'pr.segment': ({ global }, ms) => span(global.p?.offset, global.qrs?.onset) * ms,
  'p.dispersion': ({ leads }, ms) => qtDispersion(leads.map((lead) => span(lead?.p?.onset, lead?.p?.offset))) * ms
}
const OTHERS: Record<string, Read> = {
  'qrs.duration': QRS,
  'qt.interval': QT,
  'jt.interval': (marks, ms) => QT(marks, ms) - QRS(marks, ms),
  'jt.corrected': (marks, ms) => corrected('fridericia')(marks, ms) - QRS(marks, ms),
  'st.duration': ({ global }, ms) => span(global.qrs?.offset, global.t?.onset) * ms,
  't.duration': ({ global }, ms) => span(global.t?.onset, global.t?.offset) * ms,
  't.peak-end': (marks, ms) => tPeakEnd(marks) * ms,
  't.peak-end.qt': (marks, ms) => (tPeakEnd(marks) * ms) / QT(marks, ms),
  'qt.dispersion': (marks, ms) => qtDispersion(qtOf(marks)) * ms,
  'qt.bazett': corrected('bazett'),
  'qt.fridericia': corrected('fridericia'),
  'qt.framingham': corrected('framingham'),
  'qt.hodges': corrected('hodges')
}

/**
 * Durations of the recording: read on the median beat's global marks; their interval from the same reading of each beat's
 * own marks. QT is corrected by one RR for all beats, the median before them, so that the interval speaks of QT.
 */
export function intervalFeatures(context: FeatureContext): FeatureValue[] {
  const { pWaves } = context.measured.delineation
  const presence = worded('p.presence', context.input.paced ? 'absent' : pWaves)
  return [presence, ...readAll(OF_P, context, true), ...readAll(OTHERS, context, false)]
}

function readAll(reads: Record<string, Read>, context: FeatureContext, isP: boolean): FeatureValue[] {
  const { median, measured, shapeBeats, bootstrap, rrMs, shapeAbsent } = context
  const reason = (isP ? context.pAbsent : undefined) ?? shapeAbsent
  if (reason || !median) return Object.keys(reads).map((id) => absent(id, reason ?? 'beats-too-few'))
  const ms = 1000 / median.rateHz
  const limited = measured.quality.verdict === 'limited'
  const { delineation } = measured
  const beats = shapeBeats.map(
    (k): BeatMarks => ({ global: delineation.global[k] ?? {}, leads: delineation.leads.map((lead) => lead[k]), rrMs })
  )
  const own: BeatMarks = { global: median.global, leads: median.leads, rrMs }
  return Object.entries(reads).map(([id, read]) => {
    const value = read(own, ms)
    const confidence = bootstrap.around(
      value,
      beats.map((marks) => read(marks, ms))
    )
    return numeric(id, value, { confidence, limited })
  })
}
