import { afEvidence } from '../../../../signal/hrv/af-evidence.ts'
import { capacity } from '../../../../signal/hrv/capacity.ts'
import { selectNn } from '../../../../signal/hrv/nn-series.ts'
import { respirationRate } from '../../../../signal/hrv/respiration.ts'
import { heartRateTurbulence } from '../../../../signal/hrv/turbulence.ts'
import type { AbsentReason, FeatureValue } from '../../types.ts'
import { definitionOf } from '../catalogue.ts'
import type { FeatureContext } from '../context.ts'
import { absent, numeric } from '../feature-value.ts'

/** Beats from which the respiration is read; of a longer recording the first ones. */
const MAX_BREATHING_BEATS = 400
/** QRS height of a beat: within this of its fiducial. */
const QRS_HALF_S = 0.06
/** Leads whose height is followed. */
const MAX_BREATHING_LEADS = 3

/**
 * What the order of the beats says beyond variability: evidence of fibrillation, turbulence behind ectopic beats, capacity of
 * slowing down, respiration.
 */
export function beatEventFeatures(context: FeatureContext): FeatureValue[] {
  const { measured, input } = context
  const { beats, rateHz } = measured
  const nn = selectNn(beats, rateHz)
  const turbulence = heartRateTurbulence(beats)
  const phases = capacity(nn)
  const ofSinus: AbsentReason | undefined = input.paced
    ? 'paced'
    : measured.delineation.pWaves === 'absent'
      ? 'rhythm-unsuitable'
      : undefined
  const give = (id: string, value: number | undefined, reason?: AbsentReason): FeatureValue => {
    const { needs } = definitionOf(id)
    const short = (needs?.seconds ?? 0) > measured.durationS
    const limited = measured.quality.verdict === 'limited'
    return reason
      ? absent(id, reason)
      : numeric(id, value ?? Number.NaN, { limited, otherwise: short ? 'too-short' : 'beats-too-few' })
  }
  const breathing = respirationRate(...breathingSeries(context))
  return [
    give('af.evidence', afEvidence(selectNn(beats, rateHz, { anyRhythm: true }))?.share),
    give('turbulence.onset', turbulence?.onset, ofSinus),
    give('turbulence.slope', turbulence?.slope, ofSinus),
    give('deceleration.capacity', phases?.deceleration, ofSinus),
    give('acceleration.capacity', phases?.acceleration, ofSinus),
    // Long enough and still none: no rate stands out.
    !breathing && measured.durationS >= 30 && beats.length >= 20
      ? absent('respiration.rate', 'wave-not-found')
      : give('respiration.rate', breathing?.rate)
  ]
}

/** Times of the beats in s, and what breathing swings: QRS height by lead, and RR in sinus rhythm. */
function breathingSeries({ measured, input, leads }: FeatureContext): [Float64Array, Float64Array[]] {
  const beats = measured.beats.slice(0, MAX_BREATHING_BEATS)
  const half = Math.round(QRS_HALF_S * measured.rateHz)
  const heights = leads
    .filter((lead) => lead.absent !== 'quality-unacceptable')
    .slice(0, MAX_BREATHING_LEADS)
    .map(({ samples }) =>
      Float64Array.from(beats, ({ at }) => height(samples, Math.round(at) - half, Math.round(at) + half))
    )
  const isSinus = measured.delineation.pWaves !== 'absent' && !input.paced
  const rr = Float64Array.from(beats, ({ rrMs }) => rrMs ?? Number.NaN)
  return [Float64Array.from(beats, ({ at }) => at / measured.rateHz), isSinus ? [...heights, rr] : heights]
}

/** Peak to peak of a piece; NaN where it leaves the samples or has missing ones. */
function height(samples: Float64Array, from: number, to: number): number {
  if (from < 0 || to >= samples.length) return Number.NaN
  let high = samples[from]!
  let low = high
  for (let i = from + 1; i <= to; i++) {
    const value = samples[i]!
    if (!(value <= high)) high = value
    if (!(value >= low)) low = value
  }
  return high - low
}
