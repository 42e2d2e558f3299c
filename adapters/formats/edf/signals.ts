import type { ClinicalTime } from '../../../core/time.ts'
import type { Waveform } from '../../../core/waveform.ts'
import { type EcgChannel, sampleBudget, waveformOf } from '../../ecg/channels.ts'
import type { Annotation } from './annotations.ts'
import type { EdfHeader, EdfSignal } from './header.ts'
import { missingSpan } from './missing.ts'
import { readDigital } from './records.ts'
import { type Scale, scaleOf } from './scale.ts'
import type { Timeline } from './timeline.ts'

export interface SignalData {
  header: EdfHeader
  /** Data records, whole. */
  data: Buffer
  timeline: Timeline
  annotations: readonly Annotation[]
  startedAt: ClinicalTime
}

/**
 * The signals of a file as waveforms: ECG leads of one rate together (kind 'rhythm'), other signals of one rate together
 * ('other'). Samples that lie in no data record, and those that a 'no data' annotation names, are NaN in gaps.
 *
 * @throws AppError UNIT_UNKNOWN, WAVEFORM_INCONSISTENT (rate, lead-twice), MESSAGE_TOO_LARGE (samples)
 */
export function readSignals(file: SignalData): Waveform[] {
  const { header, startedAt, timeline } = file
  const budget = sampleBudget()
  const groups = new Map<string, { isEcg: boolean; rateHz: number; channels: EcgChannel[] }>()
  for (const [index, signal] of header.signals.entries()) {
    if (signal.isAnnotation) continue
    const scale = scaleOf(signal, index + 1)
    const rateHz = signal.samplesPerRecord / header.recordSeconds
    budget(Math.round(timeline.seconds * rateHz))
    const key = `${scale.isEcg} ${signal.samplesPerRecord}`
    const group = groups.get(key) ?? { isEcg: scale.isEcg, rateHz, channels: [] }
    group.channels.push(channelOf(file, signal, scale, group.channels))
    groups.set(key, group)
  }
  return [...groups.values()].map(({ isEcg, rateHz, channels }) =>
    waveformOf(trimmed(channels), { kind: isEcg ? 'rhythm' : 'other', rateHz, startedAt }, 'signals')
  )
}

function channelOf(file: SignalData, signal: EdfSignal, scale: Scale, others: readonly EcgChannel[]): EcgChannel {
  const { header, data, timeline, annotations } = file
  const rateHz = signal.samplesPerRecord / header.recordSeconds
  const length = Math.round(timeline.seconds * rateHz)
  const samples = new Float64Array(length)
  if (!timeline.isContiguous) samples.fill(Number.NaN)
  for (const [n, start] of timeline.starts.entries()) {
    const record = data.subarray(n * header.recordBytes, (n + 1) * header.recordBytes)
    const from = timeline.isContiguous
      ? n * signal.samplesPerRecord
      : Math.min(Math.round(start * rateHz), length - signal.samplesPerRecord)
    readDigital(record, signal, header.bytesPerSample, samples, from)
  }
  for (let n = 0; n < length; n++) samples[n] = scale.toPhysical(samples[n]!)
  for (const { from, to } of missingSpan(annotations, signal.label, rateHz)) samples.fill(Number.NaN, from, to)
  // Two signals may have one label: the second is told apart by its place.
  const isTaken = others.some(({ lead }) => lead.name === scale.lead.name)
  const lead =
    isTaken && !scale.isEcg ? { ...scale.lead, name: `${scale.lead.name} (${others.length + 1})` } : scale.lead
  return { lead, millivolts: samples }
}

/** Without the samples at the end that no channel has: a writer's filling of its last data record. */
function trimmed(channels: EcgChannel[]): EcgChannel[] {
  let end = channels[0]!.millivolts.length
  while (end > 1 && channels.every(({ millivolts }) => Number.isNaN(millivolts[end - 1]!))) end--
  if (end === channels[0]!.millivolts.length) return channels
  return channels.map(({ lead, millivolts }) => ({ lead, millivolts: millivolts.slice(0, end) }))
}
