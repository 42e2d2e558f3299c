import { noiseLevel } from '../../../../signal/shape/noise-level.ts'
import type { FeatureValue } from '../../types.ts'
import type { FeatureContext } from '../context.ts'
import { absent, numeric } from '../feature-value.ts'

/** mV to uV. */
const UV = 1000

/** Noise of each lead between the beats, and of its median beat. */
export function noiseFeatures(context: FeatureContext): FeatureValue[] {
  const { measured, rateHz, bootstrap, median, pAbsent } = context
  const quiet = context.shapeBeats.flatMap((k) => {
    const from = measured.delineation.global[k]?.t?.offset
    const next = measured.delineation.global[k + 1]
    const to = (pAbsent ? undefined : next?.p?.onset) ?? next?.qrs?.onset
    return from === undefined || to === undefined ? [] : [{ from, to }]
  })
  return context.leads.flatMap(({ name, index, samples, absent: reason, limited }) => {
    if (reason || !median) {
      const why = reason ?? context.shapeAbsent ?? 'beats-too-few'
      return [absent('noise.level', why, name), absent('noise.averaged', why, name)]
    }
    const { value, interval } = bootstrap.median(quiet.map((piece) => noiseLevel(samples, piece, rateHz) * UV))
    return [
      numeric('noise.level', value, { lead: name, confidence: interval, limited }),
      numeric('noise.averaged', (median.noiseMv[index] ?? Number.NaN) * UV, {
        lead: name,
        limited,
        otherwise: 'not-finite'
      })
    ]
  })
}
