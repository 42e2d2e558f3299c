import { latePotentials } from '../../../../signal/shape/late-potentials.ts'
import { KORS_LEADS, korsLeads } from '../../../../signal/shape/vectorcardiogram.ts'
import type { AbsentReason, FeatureValue } from '../../types.ts'
import type { FeatureContext } from '../context.ts'
import { absent, numeric } from '../feature-value.ts'
import { reasonOf } from './axes.ts'

const IDS = ['late.qrs-duration', 'late.las40', 'late.rms40', 'late.noise'] as const
const RATE_HZ = 1000
const BANDWIDTH_HZ = 250
const HIGHEST_LOW_HZ = 40
const NOISE_UV = 1

/**
 * Late potentials only from 1000 Hz on, with a bandwidth of 40 to 250 Hz in source and filter, and with less than 1 uV of
 * averaged noise; else 'bandwidth-too-low' (rules section 12). Ten seconds rarely average the noise down that far.
 */
export function latePotentialFeatures(context: FeatureContext): FeatureValue[] {
  const reason = bandwidthReason(context) ?? reasonOf(context, KORS_LEADS)
  if (reason || !context.median) return IDS.map((id) => absent(id, reason ?? 'beats-too-few'))
  const { median, rateHz } = context
  const leads = KORS_LEADS.map((name) => median.samples[context.lead(name)!.index]!)
  const { qrs } = context.lead('I')!.windows!
  const found = latePotentials(korsLeads(leads), { qrs, rateHz })
  if (!found || !(found.noiseUv < NOISE_UV)) return IDS.map((id) => absent(id, 'bandwidth-too-low'))
  return [
    numeric('late.qrs-duration', found.qrsMs),
    numeric('late.las40', found.las40Ms),
    numeric('late.rms40', found.rms40Uv),
    numeric('late.noise', found.noiseUv)
  ]
}

function bandwidthReason({
  input: { filters },
  measured: { parameters },
  rateHz
}: FeatureContext): AbsentReason | undefined {
  const low = Math.max(filters?.lowHz ?? 0, parameters.filter === 'band-pass' ? parameters.lowHz : 0)
  const high = Math.min(
    filters?.highHz ?? Number.POSITIVE_INFINITY,
    parameters.filter === 'band-pass' ? parameters.highHz : Number.POSITIVE_INFINITY
  )
  const enough = rateHz >= RATE_HZ && high >= BANDWIDTH_HZ && low <= HIGHEST_LOW_HZ
  return enough ? undefined : 'bandwidth-too-low'
}
