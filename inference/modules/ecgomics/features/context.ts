import type { BeatWaves, MedianBeat, WaveMark } from '../../../signal/delineation.ts'
import { type BeatBootstrap, beatBootstrap } from '../../../signal/shape/bootstrap.ts'
import { type BeatWindows, type LeadShape, leadShape } from '../../../signal/shape/lead-shape.ts'
import type { AbsentReason, EcgMeasurement, EcgomicsInput } from '../types.ts'

export type Measured = Omit<EcgMeasurement, 'features'>

/** Beats whose shape is measured one by one; of a long recording that many, evenly spread. */
const MAX_BEATS = 64
/** Beats below which no median beat, and so no shape, is given (specs 01 section 2). */
export const MIN_BEATS = 5
const SHAPE_RATE_HZ = 250
/** The piece of the beat whose energies are taken. */
const BEFORE_QRS_MS = 200
const BEHIND_T_MS = 50

/** One lead as the features see it. */
export interface LeadContext {
  name: string
  /** Place in the delineation and the median beat. */
  index: number
  samples: Float64Array
  /** Why nothing of this lead's shape is given. */
  absent?: AbsentReason
  /** Reservation of the quality verdict. */
  limited: boolean
  /** Shape of the median beat; not there when `absent` is. */
  shape?: LeadShape
  /** Shape of each measured beat, in the order of `FeatureContext.shapeBeats`. */
  beatShapes: LeadShape[]
  windows?: BeatWindows
}

/** What all groups of features share: the median beat, each beat's shape, and the reasons why something is not there. */
export interface FeatureContext {
  measured: Measured
  input: EcgomicsInput
  rateHz: number
  bootstrap: BeatBootstrap
  /** Why no shape at all is given. */
  shapeAbsent?: AbsentReason
  median?: MedianBeat
  leads: LeadContext[]
  lead(name: string): LeadContext | undefined
  /** Numbers of the delineated beats of the dominant shape. */
  shapeBeats: number[]
  /** P and what is measured from it. */
  pAbsent?: AbsentReason
  /** RR in ms that QT is corrected with. */
  rrMs: number
}

/**
 * Reads the median beat and the beats it was made of into shapes, once for all features.
 *
 * Positions of `measured` count in the samples of `input`.
 */
export function featureContext(measured: Measured, input: EcgomicsInput): FeatureContext {
  const { medianBeat, parameters } = measured
  const shapeAbsent = reasonWithoutShape(measured)
  const median = shapeAbsent ? undefined : medianBeat
  const shapeBeats = spread(median?.beats ?? [], MAX_BEATS)
  const leads = measured.leadNames.map((name, index) =>
    leadContext(measured, input, { name, index, median, shapeBeats })
  )
  for (const lead of leads) if (shapeAbsent) lead.absent = shapeAbsent
  return {
    measured,
    input,
    rateHz: measured.rateHz,
    bootstrap: beatBootstrap({ draws: parameters.bootstrapDraws, seed: parameters.seed }),
    shapeAbsent,
    median,
    leads,
    lead: (name) => leads.find((lead) => lead.name === name),
    shapeBeats,
    pAbsent: input.paced || measured.delineation.pWaves === 'absent' ? 'p-wave-not-applicable' : undefined,
    rrMs: rrOfMedianBeat(measured)
  }
}

function reasonWithoutShape({ quality, rateHz, medianBeat, beats }: Measured): AbsentReason | undefined {
  if (quality.reasons.includes('lead-reversal')) return 'lead-reversal'
  if (rateHz < SHAPE_RATE_HZ) return 'rate-too-low'
  if (!medianBeat || medianBeat.beats.length < Math.min(MIN_BEATS, beats.length + 1)) return 'beats-too-few'
  if (!medianBeat.global.qrs || medianBeat.global.qrs.onset === undefined || medianBeat.global.qrs.offset === undefined)
    return 'wave-not-found'
  return undefined
}

function leadContext(
  measured: Measured,
  input: EcgomicsInput,
  { name, index, median, shapeBeats }: { name: string; index: number; median?: MedianBeat; shapeBeats: number[] }
): LeadContext {
  const samples = input.leads.find((lead) => lead.name === name)?.samples ?? new Float64Array(0)
  const verdict = measured.quality.leads.find((lead) => lead.name === name)?.verdict
  const lead: LeadContext = { name, index, samples, limited: verdict === 'limited', beatShapes: [] }
  if (verdict === 'unacceptable') return { ...lead, absent: 'quality-unacceptable' }
  if (!median) return lead
  const { rateHz } = measured
  const windows = beatWindows(median, index)
  const beatShapes = shapeBeats.map((beat) => {
    const at = shifted(windows, (measured.beats[beat]?.at ?? Number.NaN) - median.fiducial)
    return leadShape(samples, at, { rateHz })
  })
  return { ...lead, windows, shape: leadShape(median.samples[index]!, windows, { rateHz }), beatShapes }
}

/** Where the waves of the median beat lie in a lead: QRS by the global marks, P and T by the lead's own, else the global. */
export function beatWindows(median: MedianBeat, index: number): BeatWindows {
  const { global, rateHz } = median
  const own: BeatWaves = median.leads[index] ?? {}
  const qrs = edges(global.qrs)!
  const t = edges(own.t) ?? edges(global.t)
  const end = t?.to ?? qrs.to + 0.3 * rateHz
  return {
    p: edges(own.p) ?? edges(global.p),
    qrs,
    t,
    beat: { from: qrs.from - (BEFORE_QRS_MS * rateHz) / 1000, to: end + (BEHIND_T_MS * rateHz) / 1000 }
  }
}

const edges = (mark: WaveMark | undefined): { from: number; to: number } | undefined =>
  mark?.onset !== undefined && mark.offset !== undefined && mark.offset > mark.onset
    ? { from: mark.onset, to: mark.offset }
    : undefined

function shifted(windows: BeatWindows, by: number): BeatWindows {
  const move = ({ from, to }: { from: number; to: number }) => ({ from: from + by, to: to + by })
  return {
    p: windows.p && move(windows.p),
    qrs: move(windows.qrs),
    t: windows.t && move(windows.t),
    beat: move(windows.beat)
  }
}

function spread(beats: readonly number[], most: number): number[] {
  if (beats.length <= most) return [...beats]
  return Array.from({ length: most }, (_, i) => beats[Math.floor((i * beats.length) / most)]!)
}

/** Median RR before the beats of the median beat, since QT follows the interval before it. */
function rrOfMedianBeat({ beats, medianBeat }: Measured): number {
  const rr = (medianBeat?.beats ?? []).map((beat) => beats[beat]?.rrMs).filter((ms) => ms !== undefined)
  rr.sort((a, b) => a - b)
  return rr.length === 0 ? Number.NaN : (rr[(rr.length - 1) >> 1]! + rr[rr.length >> 1]!) / 2
}
