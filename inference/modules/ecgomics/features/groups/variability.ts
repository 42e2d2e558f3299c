import { approximateEntropy } from '../../../../signal/entropy/approximate.ts'
import { ALPHA_1, ALPHA_2, dfa } from '../../../../signal/entropy/dfa.ts'
import { fuzzyEntropy } from '../../../../signal/entropy/fuzzy.ts'
import { higuchiDimension } from '../../../../signal/entropy/higuchi.ts'
import { katzDimension } from '../../../../signal/entropy/katz.ts'
import { lempelZiv } from '../../../../signal/entropy/lempel-ziv.ts'
import { multiscaleEntropy } from '../../../../signal/entropy/multiscale.ts'
import { sampleEntropy } from '../../../../signal/entropy/sample.ts'
import { shannonEntropy } from '../../../../signal/entropy/shannon.ts'
import { asymmetry } from '../../../../signal/hrv/asymmetry.ts'
import { fragmentation } from '../../../../signal/hrv/fragmentation.ts'
import { intervals, longestRun, type NnSeries, selectNn } from '../../../../signal/hrv/nn-series.ts'
import { pnn } from '../../../../signal/hrv/pnn.ts'
import { poincare } from '../../../../signal/hrv/poincare.ts'
import { rmssd, sdsd } from '../../../../signal/hrv/rmssd.ts'
import { sdann, sdnnIndex } from '../../../../signal/hrv/sdann.ts'
import { sdnn } from '../../../../signal/hrv/sdnn.ts'
import { spectralPowers } from '../../../../signal/hrv/spectral.ts'
import { tinn, triangularIndex } from '../../../../signal/hrv/triangular.ts'
import type { AbsentReason, FeatureValue } from '../../types.ts'
import { definitionOf } from '../catalogue.ts'
import type { FeatureContext } from '../context.ts'
import { absent, numeric } from '../feature-value.ts'
import { variabilityIntervals } from './variability-intervals.ts'

/** The entropies compare every stretch with every other: of a longer run its first part is read. */
const MOST_INTERVALS = 10_000

/** Indices of a series of normal-to-normal intervals; undefined where the series is too short for one. */
function indicesOf(nn: NnSeries): Record<string, number | undefined> {
  const plot = poincare(nn)
  const fragments = fragmentation(nn)
  const sides = asymmetry(nn)
  const powers = spectralPowers(nn)
  const run = longestRun(nn).subarray(0, MOST_INTERVALS)
  const scales = multiscaleEntropy(run)?.filter((one) => one !== undefined)
  return {
    'hrv.sdnn': sdnn(nn),
    'hrv.sdann': sdann(nn),
    'hrv.sdnn-index': sdnnIndex(nn),
    'hrv.rmssd': rmssd(nn),
    'hrv.sdsd': sdsd(nn),
    'hrv.pnn20': pnn(nn, 20),
    'hrv.pnn50': pnn(nn, 50),
    'hrv.triangular-index': triangularIndex(nn),
    'hrv.tinn': tinn(nn),
    'hrv.ulf': powers?.ulf,
    'hrv.vlf': powers?.vlf,
    'hrv.lf': powers?.lf,
    'hrv.hf': powers?.hf,
    'hrv.vhf': powers?.vhf,
    'hrv.total-power': powers?.total,
    'hrv.lf-hf': powers?.lfHf,
    'hrv.lf-nu': powers?.lfNu,
    'hrv.hf-nu': powers?.hfNu,
    'poincare.sd1': plot?.sd1,
    'poincare.sd2': plot?.sd2,
    'poincare.sd1-sd2': plot?.ratio,
    'poincare.csi': plot?.csi,
    'poincare.cvi': plot?.cvi,
    'entropy.approximate': approximateEntropy(run),
    'entropy.sample': sampleEntropy(run),
    'entropy.fuzzy': fuzzyEntropy(run),
    'entropy.shannon': shannonEntropy(intervals(nn)),
    'entropy.multiscale': scales && scales.reduce((sum, one) => sum + one, 0) / scales.length,
    'dfa.alpha1': dfa(run, ALPHA_1),
    'dfa.alpha2': dfa(run, ALPHA_2),
    'fractal.higuchi': higuchiDimension(run),
    'fractal.katz': katzDimension(run),
    'complexity.lempel-ziv': lempelZiv(run),
    'fragmentation.pip': fragments?.pip,
    'fragmentation.ials': fragments?.ials,
    'fragmentation.pss': fragments?.pss,
    'fragmentation.pas': fragments?.pas,
    'asymmetry.guzik': sides?.guzik,
    'asymmetry.porta': sides?.porta,
    'asymmetry.slope': sides?.slope,
    'asymmetry.area': sides?.area
  }
}

/**
 * Heart rate variability of the normal-to-normal intervals. In fibrillation, flutter and pacing the sinus node does not set
 * the intervals: 'rhythm-unsuitable' or 'paced'.
 */
export function variabilityFeatures({ measured, input }: FeatureContext): FeatureValue[] {
  const limited = measured.quality.verdict === 'limited'
  const nn = selectNn(measured.beats, measured.rateHz)
  const reason: AbsentReason | undefined = input.paced
    ? 'paced'
    : measured.delineation.pWaves === 'absent'
      ? 'rhythm-unsuitable'
      : undefined
  const beats = intervals(nn).length + 1
  const indices = indicesOf(nn)
  const { bootstrapDraws, seed } = measured.parameters
  const intervalOf = reason ? {} : variabilityIntervals(nn, indices, { draws: bootstrapDraws, seed })
  return Object.entries(indices).map(([id, value]) => {
    const { needs } = definitionOf(id)
    const short = (needs?.seconds ?? 0) > measured.durationS
    const otherwise = short ? 'too-short' : beats < (needs?.beats ?? 0) ? 'beats-too-few' : 'not-finite'
    return reason
      ? absent(id, reason)
      : numeric(id, value ?? Number.NaN, { confidence: intervalOf[id], limited, otherwise })
  })
}
