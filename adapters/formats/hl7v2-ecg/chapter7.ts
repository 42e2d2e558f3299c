import { AppError } from '../../../core/errors/app-error.ts'
import type { ClinicalTime } from '../../../core/time.ts'
import { millivoltsPer } from '../../ecg/voltage.ts'
import type { Hl7Segment } from '../../hl7v2/message.ts'
import type { MessageContext } from '../../hl7v2/observation/message-context.ts'
import { plainNumber } from '../../hl7v2/observation/observed-value.ts'
import type { Category } from './category.ts'
import { assertRate, type Channel, scaled } from './channel.ts'
import { leadOfChannel } from './lead-of.ts'
import { joined, MAX_SAMPLES, wavSamples } from './samples.ts'

interface Definition {
  obx: Hl7Segment
  lead: Channel['lead']
  /** mV of one raw step, correction included. */
  resolution: number
  baseline: number
  rateHz: number
}

/**
 * Waveforms of HL7 chapter 7 (ORU^W01, and ORU^R01 that carry the same OBX). Sections 7.14 to 7.18 of version 2.5.1.
 *
 * One group = all OBX with one OBX-4: { CHN } TIM { WAV | TIM | ANO }. Several WAV of a group are parts of one recording, in
 * the order of the message (trap 4); a later TIM opens a gap of missing samples where it lies after the end of the part
 * before it.
 * @throws AppError WAVEFORM_INCONSISTENT (reasons 'no-channel', 'no-samples', 'channels', 'lengths', 'rate', 'overlap'),
 * LEAD_UNKNOWN, UNIT_UNKNOWN, HL7_DATA_TYPE, MESSAGE_TOO_LARGE
 */
export function chapter7Channels(kinds: ReadonlyMap<Hl7Segment, Category>, context: MessageContext): Channel[] {
  const groups = new Map<string, Hl7Segment[]>()
  for (const [obx, kind] of kinds) {
    if (kind !== 'CHN' && kind !== 'TIM' && kind !== 'WAV') continue
    const id = obx.get(4).trim()
    groups.set(id, [...(groups.get(id) ?? []), obx])
  }
  return [...groups.values()].flatMap((segments) => groupChannels(segments, kinds, context))
}

function groupChannels(
  segments: Hl7Segment[],
  kinds: ReadonlyMap<Hl7Segment, Category>,
  context: MessageContext
): Channel[] {
  const of = (kind: Category): Hl7Segment[] => segments.filter((obx) => kinds.get(obx) === kind)
  const [firstWav] = of('WAV')
  const at = segments[0] ? context.at(segments[0], 4) : 'OBX'
  if (of('CHN').length === 0) throw new AppError('WAVEFORM_INCONSISTENT', { at, reason: 'no-channel' })
  if (!firstWav) throw new AppError('WAVEFORM_INCONSISTENT', { at, reason: 'no-samples' })
  const definitions = channelDefinitions(of('CHN'), context)
  const rateHz = definitions[0]?.rateHz ?? 0
  const { parts, startedAt } = timedParts(segments, kinds, { channels: definitions.length, rateHz, at }, context)
  const isMedianBeat = segments.some((obx) => /median|average beat|avg beat/i.test(`${obx.get(3, 2)} ${obx.get(4)}`))
  const channels = definitions.map(({ lead, rateHz, resolution, baseline }, index): Channel => {
    const raw = joined(
      parts.map((part) => part[index] ?? new Float64Array()),
      at
    )
    return { lead, rateHz, resolution, isMedianBeat, startedAt, millivolts: scaled(raw, baseline, resolution) }
  })
  if (channels.some(({ millivolts }) => millivolts.length !== channels[0]?.millivolts.length)) {
    throw new AppError('WAVEFORM_INCONSISTENT', { at, reason: 'lengths' })
  }
  if (channels[0]?.millivolts.length === 0) throw new AppError('WAVEFORM_INCONSISTENT', { at, reason: 'no-samples' })
  return channels
}

/**
 * CD = WVI number & name ^ WVS source & source ^ CSU sensitivity & unit & text & system ^ CCP correction & baseline & skew
 *      ^ sampling frequency Hz ^ NR min & max
 *
 * Sensitivity, unit and frequency given for the first channel hold for those after it that give none.
 */
function channelDefinitions(segments: Hl7Segment[], context: MessageContext): Definition[] {
  let inherited: { sensitivity?: number; millivolts?: number; rateHz?: number } = {}
  return segments.map((obx) => {
    const at = context.at(obx, 5)
    const lead = leadOfChannel(obx, at)
    const number = (component: number, sub: number): number | undefined => plainNumber(obx.get(5, component, 1, sub))
    const sensitivity = number(3, 1) ?? inherited.sensitivity
    const unitNames = [obx.get(5, 3, 1, 2), obx.get(5, 3, 1, 3)]
    const ownUnit = unitNames.some((name) => name.trim() !== '')
    const millivolts = ownUnit ? millivoltsPer(...unitNames) : inherited.millivolts
    if (sensitivity === undefined || sensitivity === 0 || millivolts === undefined) {
      throw new AppError('UNIT_UNKNOWN', { at })
    }
    const rateHz = assertRate(number(5, 1) ?? inherited.rateHz, at)
    inherited = { sensitivity, millivolts, rateHz }
    const correction = number(4, 1) ?? 1
    return { obx, lead, rateHz, resolution: sensitivity * millivolts * correction, baseline: number(4, 2) ?? 0 }
  })
}

function timedParts(
  segments: Hl7Segment[],
  kinds: ReadonlyMap<Hl7Segment, Category>,
  { channels, rateHz, at }: { channels: number; rateHz: number; at: string },
  context: MessageContext
): { parts: Float64Array[][]; startedAt?: ClinicalTime } {
  const wavs = segments.filter((obx) => kinds.get(obx) === 'WAV')
  if (isOneWavAChannel(wavs, channels)) {
    const parts = [wavs.map((obx) => wavSamples(obx, 1, context.at(obx, 5))[0] ?? new Float64Array())]
    return { parts, startedAt: firstTime(segments, kinds, context) }
  }
  const parts: Float64Array[][] = []
  let startedAt: ClinicalTime | undefined
  let pending: ClinicalTime | undefined
  let length = 0
  for (const obx of segments) {
    if (kinds.get(obx) === 'TIM') {
      pending = context.clock(obx.get(5)) ?? pending
      startedAt ??= length === 0 ? pending : undefined
    } else if (kinds.get(obx) === 'WAV') {
      const missing = missingBefore({ startedAt, pending, length, rateHz, at: context.at(obx, 5) })
      if (missing > 0) parts.push(Array.from({ length: channels }, () => new Float64Array(missing).fill(Number.NaN)))
      const part = wavSamples(obx, channels, context.at(obx, 5))
      parts.push(part)
      length += missing + (part[0]?.length ?? 0)
      if (length * channels > MAX_SAMPLES) throw new AppError('MESSAGE_TOO_LARGE', { at, reason: 'samples' })
      pending = undefined
    }
  }
  return { parts, startedAt }
}

/** NA WAVs with one row each, as many as channels: one a channel, in the order of the channel definitions. */
const isOneWavAChannel = (wavs: Hl7Segment[], channels: number): boolean =>
  channels > 1 &&
  wavs.length === channels &&
  wavs.every((obx) => obx.get(2).trim().toUpperCase() === 'NA' && obx.repetitions(5) === 1)

function firstTime(
  segments: Hl7Segment[],
  kinds: ReadonlyMap<Hl7Segment, Category>,
  context: MessageContext
): ClinicalTime | undefined {
  const tim = segments.find((obx) => kinds.get(obx) === 'TIM')
  return tim && context.clock(tim.get(5))
}

/** Samples between the end of what came and a TIM that stands before the next part. */
function missingBefore(part: {
  startedAt?: ClinicalTime
  pending?: ClinicalTime
  length: number
  rateHz: number
  at: string
}): number {
  const { startedAt, pending, length, rateHz, at } = part
  if (length === 0 || !startedAt?.instant || !pending?.instant) return 0
  const elapsedMs = Date.parse(pending.instant) - Date.parse(startedAt.instant)
  const missing = Math.round((elapsedMs / 1000) * rateHz) - length
  // A TIM in whole seconds cannot place a part to the sample: up to its own grain it is no contradiction.
  const grain = pending.precision === 'fraction' ? rateHz / 100 : rateHz
  if (Math.abs(missing) <= Math.max(1, grain)) return 0
  if (missing < 0) throw new AppError('WAVEFORM_INCONSISTENT', { at, reason: 'overlap' })
  if (missing > MAX_SAMPLES) throw new AppError('MESSAGE_TOO_LARGE', { at, reason: 'samples' })
  return missing
}
