import { AppError } from '../../../core/errors/app-error.ts'
import type { EncodableRecording, EncodedFile } from '../../../core/format.ts'
import type { Waveform } from '../../../core/waveform.ts'
import { gapsOf } from '../../../fhir-profiles/index.ts'
import { type Annotation, secondsText, writeAnnotation } from './annotations.ts'
import { noDataText } from './missing.ts'
import { type Quantised, quantise } from './quantise.ts'
import { planRecords, type RecordPlan } from './record-plan.ts'
import { asciiField, patientField, recordingField, startOf } from './written-identification.ts'

/**
 * The tracing as EDF+C. Digital values are sample / resolution wherever they fit 16 bits; a signal of which that is not so is
 * spread over 16 bits, and its transducer field says 'requantised'. Missing samples are named by annotations ('no data'),
 * statements stand as annotations at the begin. Other waveforms than the first are not written.
 *
 * @throws AppError WAVEFORM_INCONSISTENT (no-waveform), TIME_UNUSABLE (no instant), BAD_REQUEST (patient-id)
 */
export function encodeEdf(recording: EncodableRecording): EncodedFile {
  const [waveform] = recording.waveforms
  const length = waveform?.samples[0]?.length ?? 0
  if (!waveform || length === 0) throw new AppError('WAVEFORM_INCONSISTENT', { reason: 'no-waveform' })
  const start = startOf(recording.acquiredAt)
  const plan = planRecords(length, waveform.rateHz, waveform.leads.length)
  const labels = waveform.leads.map((lead) => labelOf(waveform, lead.name))
  const signals = waveform.samples.map((samples, n) => quantise(samples, waveform.leads[n]!))
  const annotations = [
    ...(recording.statements ?? []).map((text): Annotation => ({ onset: 0, text: printable(text) })),
    ...missingOf(waveform, labels, plan)
  ].map((one) => ({ ...one, onset: one.onset + start.fraction }))
  const lists = annotationLists(annotations, plan, start.fraction)
  const header = headerOf({ waveform, recording, labels, signals, plan, start, annotationBytes: lists[0]!.length })
  return {
    extension: '.edf',
    mediaType: 'application/x-edf',
    bytes: Buffer.concat([header, recordsOf(signals, plan, lists)])
  }
}

const labelOf = ({ kind }: Waveform, name: string): string =>
  kind === 'other' || /^(?:ECG|EKG)\b/i.test(name) ? name : `ECG ${name}`

const MAX_TEXT = 1000
const printable = (text: string): string => text.replace(/[\x00-\x1f\x7f]+/g, ' ').slice(0, MAX_TEXT)

/** Gaps of every lead together under one annotation, others under one a lead; the filling of the last record as well. */
function missingOf({ samples, rateHz }: Waveform, labels: readonly string[], plan: RecordPlan): Annotation[] {
  const length = samples[0]!.length
  const spans = samples.map((values) => gapsOf(values).map(([from, to]) => `${from} ${to}`))
  const common = spans[0]!.filter((span) => spans.every((others) => others.includes(span)))
  const named = (span: string, label?: string): Annotation => {
    const [from, to] = span.split(' ').map(Number) as [number, number]
    return { onset: from / rateHz, seconds: (to - from) / rateHz, text: noDataText(label) }
  }
  const filled = plan.records * plan.samplesPerRecord
  return [
    ...common.map((span) => named(span)),
    ...spans.flatMap((own, n) =>
      own.filter((span) => !common.includes(span)).map((span) => named(span, asciiField(labels[n]!, 16)))
    ),
    ...(filled > length ? [named(`${length} ${filled}`)] : [])
  ]
}

/** The annotation signal of each record: its onset, then as many annotations as fit; all of one even length. */
function annotationLists(
  annotations: readonly Annotation[],
  { records, duration }: RecordPlan,
  first: number
): Buffer[] {
  const written = annotations.map(writeAnnotation)
  const times = Array.from({ length: records }, (_, n) =>
    Buffer.from(`+${secondsText(first + n * Number(duration))}\x14\x14\0`)
  )
  const total = written.reduce((sum, { length }) => sum + length, 0)
  const longest = Math.max(0, ...written.map(({ length }) => length))
  const longestTime = Math.max(...times.map(({ length }) => length))
  // Each record is filled to within the longest annotation, so this holds them all.
  const size = longestTime + longest + Math.ceil(total / records)
  const even = size + (size % 2)
  let next = 0
  return times.map((time) => {
    const list = Buffer.alloc(even)
    let at = time.copy(list, 0)
    while (next < written.length && at + written[next]!.length <= even) at += written[next++]!.copy(list, at)
    return list
  })
}

interface HeaderInput {
  waveform: Waveform
  recording: EncodableRecording
  labels: readonly string[]
  signals: readonly Quantised[]
  plan: RecordPlan
  start: ReturnType<typeof startOf>
  annotationBytes: number
}

function headerOf({ waveform, recording, labels, signals, plan, start, annotationBytes }: HeaderInput): Buffer {
  const count = signals.length + 1
  const each = (width: number, own: (signal: Quantised, n: number) => string, annotation: string): string[] =>
    [...signals.map((signal, n) => asciiField(own(signal, n), width)), asciiField(annotation, width)].map((text) =>
      text.padEnd(width)
    )
  return Buffer.from(
    [
      '0'.padEnd(8),
      patientField(recording.subject).padEnd(80),
      recordingField(recording, start).padEnd(80),
      start.date,
      start.time,
      String(256 * (count + 1)).padEnd(8),
      'EDF+C'.padEnd(44),
      String(plan.records).padEnd(8),
      plan.duration.padEnd(8),
      String(count).padEnd(4),
      ...each(16, (_, n) => labels[n]!, 'EDF Annotations'),
      ...each(80, ({ isExact }) => (isExact ? '' : 'requantised to 16 bits'), ''),
      ...each(8, ({ dimension }) => dimension, ''),
      ...each(8, ({ physicalMin }) => physicalMin, '-1'),
      ...each(8, ({ physicalMax }) => physicalMax, '1'),
      ...each(8, ({ digitalMin }) => String(digitalMin), '-32768'),
      ...each(8, ({ digitalMax }) => String(digitalMax), '32767'),
      ...each(80, (_, n) => prefiltering(waveform, n), ''),
      ...each(8, () => String(plan.samplesPerRecord), String(annotationBytes / 2)),
      ...each(32, () => '', '')
    ].join(''),
    'latin1'
  )
}

/** The form that EDF+ section 2.1.3.3 recommends. */
function prefiltering({ leads }: Waveform, n: number): string {
  const { lowHz, highHz, notchHz } = leads[n]!.filters ?? {}
  const parts = [lowHz && `HP:${lowHz}Hz`, highHz && `LP:${highHz}Hz`, notchHz && `N:${notchHz}Hz`]
  return parts.filter(Boolean).join(' ')
}

/** All data records in one buffer: each signal's samples, then the annotations. */
function recordsOf(
  signals: readonly Quantised[],
  { records, samplesPerRecord }: RecordPlan,
  lists: readonly Buffer[]
): Buffer {
  const data = Buffer.alloc(records * (signals.length * samplesPerRecord * 2 + lists[0]!.length))
  let at = 0
  for (let n = 0; n < records; n++) {
    for (const { digital } of signals) {
      for (let k = n * samplesPerRecord; k < (n + 1) * samplesPerRecord; k++)
        at = data.writeInt16LE(digital[k] ?? 0, at)
    }
    at += lists[n]!.copy(data, at)
  }
  return data
}
