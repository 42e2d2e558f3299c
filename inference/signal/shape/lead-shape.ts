import { bandEnergy } from './band-energy.ts'
import type { Deflection } from './deflections.ts'
import { levelBefore } from './level-before.ts'
import { qrsNotches } from './qrs-notches.ts'
import { type QrsWaves, qrsWaves } from './qrs-waves.ts'
import { type Segment, segmentArea } from './segment-area.ts'
import { stLevel } from './st-level.ts'
import { steepest } from './steepest.ts'
import { tSymmetry } from './t-symmetry.ts'
import { type WaveLobes, waveLobes } from './wave-lobes.ts'

/** Where the waves of a beat lie in a lead, sample numbers, fractions allowed. */
export interface BeatWindows {
  /** P onset to offset. */
  p?: Segment
  /** Global QRS onset to offset: zero is the level before its start, its end is the J point. */
  qrs: Segment
  /** T onset to offset. */
  t?: Segment
  /** Whole beat, for the energies of its bands. */
  beat: Segment
}

/** Everything measured of one beat in one lead; NaN where a wave is not there. mV, ms, mV.ms, mV/s, mV2.s. */
export interface LeadShape {
  qrs: QrsWaves
  pLobes?: WaveLobes
  tLobes?: WaveLobes
  numbers: Record<ShapeNumber, number>
}

export const SHAPE_NUMBERS = [
  'pAmplitude',
  'pDuration',
  'pArea',
  'qAmplitude',
  'qDuration',
  'rAmplitude',
  'rDuration',
  'sAmplitude',
  'sDuration',
  'rPrimeAmplitude',
  'rPrimeDuration',
  'sPrimeAmplitude',
  'rPeakTime',
  'qrsPeakToPeak',
  'qrsArea',
  'qrsRise',
  'qrsFall',
  'notches',
  'rHeight',
  'sDepth',
  'stJ',
  'st40',
  'st60',
  'st80',
  'stSlope',
  'tAmplitude',
  'tDuration',
  'tArea',
  'tSymmetry',
  'tRise',
  'tFall',
  'sttArea',
  'band0',
  'band5',
  'band15'
] as const
export type ShapeNumber = (typeof SHAPE_NUMBERS)[number]

/**
 * The shape of one beat in one lead: every measurement that needs this lead alone, from the level before QRS onset (P from
 * the level before P onset). The same function reads the median beat and each beat, so that the spread over the beats
 * belongs to the very number it stands beside.
 *
 * `rHeight` and `sDepth` are the formula terms of voltage rules: highest and deepest deflection of QRS as positive mV, 0
 * where QRS has no such side (that is measured, not missing).
 * @param samples Float64Array in mV, finite within the windows
 * @returns numbers are NaN where the wave is not there or leaves the samples
 */
export function leadShape(
  samples: Float64Array,
  windows: BeatWindows,
  { rateHz, energy = true }: { rateHz: number; energy?: boolean }
): LeadShape {
  const { qrs: qrsWindow, p, t } = windows
  const level = levelBefore(samples, { onset: qrsWindow.from, rateHz })
  const zero = { level, rateHz }
  const qrs = qrsWaves(samples, qrsWindow, zero)
  const slopes = steepest(samples, qrsWindow, rateHz)
  const st = (afterMs: number): number => stLevel(samples, { jPoint: qrsWindow.to, afterMs, ...zero })
  const [stJ, st40, st60, st80] = [st(0), st(40), st(60), st(80)]
  const heights = qrs.all.map(({ amplitude }) => amplitude)
  const rHeight = Math.max(0, ...heights)
  const sDepth = Math.max(0, ...heights.map((mv) => -mv))
  const rPeak = qrs.r ?? qrs.s
  const energies = energy ? bandEnergy(samples, windows.beat, zero) : NO_ENERGIES
  const shape: LeadShape = {
    qrs,
    numbers: {
      ...MISSING,
      qAmplitude: qrs.q?.amplitude ?? Number.NaN,
      qDuration: width(qrs.q, rateHz),
      rAmplitude: qrs.r?.amplitude ?? Number.NaN,
      rDuration: width(qrs.r, rateHz),
      sAmplitude: qrs.s?.amplitude ?? Number.NaN,
      sDuration: width(qrs.s, rateHz),
      rPrimeAmplitude: qrs.rPrime?.amplitude ?? Number.NaN,
      rPrimeDuration: width(qrs.rPrime, rateHz),
      sPrimeAmplitude: qrs.sPrime?.amplitude ?? Number.NaN,
      rPeakTime: rPeak ? ((rPeak.peak - qrsWindow.from) * 1000) / rateHz : Number.NaN,
      qrsPeakToPeak: Number.isFinite(level) ? rHeight + sDepth : Number.NaN,
      qrsArea: segmentArea(samples, qrsWindow, zero),
      qrsRise: slopes.rise,
      qrsFall: slopes.fall,
      notches: qrsNotches(samples, qrsWindow, qrs.all.length),
      rHeight: Number.isFinite(level) ? rHeight : Number.NaN,
      sDepth: Number.isFinite(level) ? sDepth : Number.NaN,
      stJ,
      st40,
      st60,
      st80,
      stSlope: ((st80 - stJ) * 1000) / 80,
      band0: energies[0],
      band5: energies[1],
      band15: energies[2]
    }
  }
  if (p) addP(shape, samples, { p, rateHz })
  if (t) addT(shape, samples, { t, jPoint: qrsWindow.to, level, rateHz })
  return shape
}

const MISSING = Object.fromEntries(SHAPE_NUMBERS.map((name) => [name, Number.NaN])) as Record<ShapeNumber, number>
const NO_ENERGIES = [Number.NaN, Number.NaN, Number.NaN] as const

const width = (wave: Deflection | undefined, rateHz: number): number =>
  wave ? ((wave.to - wave.from) * 1000) / rateHz : Number.NaN

function addP(shape: LeadShape, samples: Float64Array, { p, rateHz }: { p: Segment; rateHz: number }): void {
  const zero = { level: levelBefore(samples, { onset: p.from, rateHz }), rateHz }
  shape.pLobes = waveLobes(samples, p, zero)
  shape.numbers.pAmplitude = shape.pLobes?.main.amplitude ?? Number.NaN
  shape.numbers.pDuration = ((p.to - p.from) * 1000) / rateHz
  shape.numbers.pArea = segmentArea(samples, p, zero)
}

function addT(
  shape: LeadShape,
  samples: Float64Array,
  { t, jPoint, level, rateHz }: { t: Segment; jPoint: number; level: number; rateHz: number }
): void {
  const zero = { level, rateHz }
  const { numbers } = shape
  shape.tLobes = waveLobes(samples, t, zero)
  numbers.tDuration = ((t.to - t.from) * 1000) / rateHz
  numbers.tArea = segmentArea(samples, t, zero)
  numbers.sttArea = segmentArea(samples, { from: jPoint, to: t.to }, zero)
  if (!shape.tLobes) return
  const { peak, amplitude } = shape.tLobes.main
  numbers.tAmplitude = amplitude
  if (!shape.tLobes.biphasic) numbers.tSymmetry = tSymmetry(samples, t, { peak, ...zero })
  const slopes = steepest(samples, t, rateHz)
  numbers.tRise = slopes.rise
  numbers.tFall = slopes.fall
}
