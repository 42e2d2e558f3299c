import { AppError } from '../../../core/errors/app-error.ts'
import type { ClinicalTime } from '../../../core/time.ts'
import { MDC_ATTR_SAMP_RATE, MDC_ATTRIBUTE } from '../../../fhir-profiles/index.ts'
import { millivoltsPer } from '../../ecg/voltage.ts'
import type { Hl7Segment } from '../../hl7v2/message.ts'
import type { MessageContext } from '../../hl7v2/observation/message-context.ts'
import { plainNumber } from '../../hl7v2/observation/observed-value.ts'
import type { Category } from './category.ts'
import { assertRate, type Channel, scaled } from './channel.ts'
import { leadOfCode } from './lead-of.ts'
import { joined, wavSamples } from './samples.ts'

const RESOLUTION = 'MDC_ATTR_NU_MSMT_RES'

/**
 * Waveforms of monitors that send no CHN or TIM (codes.md section 8, trap 2).
 *
 *   OBX|1|NA|131330^MDC_ECG_ELEC_POTL_II^MDC|1.7.6.131330|1^2^3|<unit of the samples>
 *   OBX|2|NM|0^MDC_ATTR_SAMP_RATE^MDC|1.7.6.131330.1|500|264608^MDC_DIM_PER_SEC^MDC
 *   OBX|3|NM|2327^MDC_ATTR_NU_MSMT_RES^MDC|1.7.6.131330.2|0.005|266418^MDC_DIM_MILLI_VOLT^MDC
 *
 * OBX-4 is a containment tree: what lies below a metric's path belongs to it. A sample is worth the resolution attribute,
 * else one of its own unit when that is a voltage, else the feed option `ecgMillivoltsPerCount`; else UNIT_UNKNOWN.
 * Signals that are no ECG lead are left out and noted; several OBX of one metric are parts of one recording.
 * @throws AppError LEAD_UNKNOWN when no NA is an ECG lead; UNIT_UNKNOWN, WAVEFORM_INCONSISTENT, HL7_DATA_TYPE
 */
export function monitorChannels(
  kinds: ReadonlyMap<Hl7Segment, Category>,
  orderTime: ClinicalTime | undefined,
  context: MessageContext
): Channel[] {
  const metrics = new Map<string, Hl7Segment[]>()
  const signals = [...kinds].filter(([, kind]) => kind === 'MONITOR_NA').map(([obx]) => obx)
  for (const obx of signals) {
    const lead = leadOfCode(obx)
    if (!lead) {
      context.notes.push({ code: 'content-ignored', at: context.at(obx, 3) })
      continue
    }
    const id = `${obx.get(4)}|${lead.n}`
    metrics.set(id, [...(metrics.get(id) ?? []), obx])
  }
  if (signals[0] && metrics.size === 0) throw new AppError('LEAD_UNKNOWN', { at: context.at(signals[0], 3) })
  const attributes = [...kinds].filter(([, kind]) => kind === 'MONITOR_ATTRIBUTE').map(([obx]) => obx)
  return [...metrics.values()].map((segments) => metricChannel(segments, attributes, orderTime, context))
}

function metricChannel(
  segments: Hl7Segment[],
  attributes: Hl7Segment[],
  orderTime: ClinicalTime | undefined,
  context: MessageContext
): Channel {
  const [first] = segments
  const lead = first && leadOfCode(first)
  if (!first || !lead) throw new AppError('LEAD_UNKNOWN', { at: 'OBX-3' })
  const at = context.at(first, 5)
  const below = attributes.filter((obx) => first.get(4) !== '' && obx.get(4).startsWith(`${first.get(4)}.`))
  const rate = below.find((obx) => obx.get(3, 2) === MDC_ATTR_SAMP_RATE)
  if (rate && !isPerSecond(rate)) throw new AppError('UNIT_UNKNOWN', { at: context.at(rate, 6) })
  const rateHz = assertRate(rate && plainNumber(rate.get(5)), rate ? context.at(rate, 5) : at)
  const resolution = resolutionOf(first, below, context)
  const raw = joined(
    segments.map((obx) => wavSamples(obx, 1, context.at(obx, 5))[0] ?? new Float64Array()),
    at
  )
  if (raw.length === 0) throw new AppError('WAVEFORM_INCONSISTENT', { at, reason: 'no-samples' })
  const startedAt = context.clock(first.get(14)) ?? orderTime
  return { lead, rateHz, resolution, isMedianBeat: false, startedAt, millivolts: scaled(raw, 0, resolution) }
}

function isPerSecond(obx: Hl7Segment): boolean {
  const { code, display } = MDC_ATTRIBUTE.perSecond
  const names = [obx.get(6), obx.get(6, 2)].map((name) => name.trim())
  return names.some((name) => name === code || name === display || /^(hz|mdc_dim_hz|\/s)$/i.test(name))
}

function resolutionOf(metric: Hl7Segment, below: Hl7Segment[], context: MessageContext): number {
  const attribute = below.find((obx) => obx.get(3, 2) === RESOLUTION)
  const value = attribute && plainNumber(attribute.get(5))
  const unit = attribute && millivoltsPer(attribute.get(6), attribute.get(6, 2))
  if (value && unit) return value * unit
  const own = millivoltsPer(metric.get(6), metric.get(6, 2))
  if (own) return own
  const site = context.feed.options['ecgMillivoltsPerCount']
  if (typeof site === 'number' && site > 0) return site
  throw new AppError('UNIT_UNKNOWN', { at: context.at(metric, 6) })
}
