import { writeAnnotation } from '../annotations.ts'

export interface RawSignal {
  label: string
  dimension?: string
  physical?: [min: string, max: string]
  digital?: [min: number, max: number]
  prefiltering?: string
  samplesPerRecord: number
  /** Digital value of sample n. */
  value?(n: number): number
}

/** A file field by field, whatever it says: for readers' tests, apart from the writer. */
export interface RawEdf {
  isBdf?: boolean
  version?: string
  patient?: string
  recording?: string
  date?: string
  time?: string
  headerBytes?: string
  reserved?: string
  announcedRecords?: string
  recordSeconds?: string
  announcedSignals?: string
  signals: RawSignal[]
  records: number
  /** Bytes of the annotation signal of each record; its length is that of the longest. */
  annotations?: Buffer[]
}

/** The timekeeping list of a record that begins at `onset` s, and annotations behind it. */
export const recordList = (onset: number, ...more: Parameters<typeof writeAnnotation>[0][]): Buffer =>
  Buffer.concat([Buffer.from(`+${onset}\x14\x14\0`), ...more.map(writeAnnotation)])

export function encodeRaw(raw: RawEdf): Buffer {
  const { isBdf = false, annotations, records } = raw
  const width = isBdf ? 3 : 2
  const limit = 2 ** (8 * width - 1)
  const longest = Math.max(0, ...(annotations ?? []).map(({ length }) => length))
  const listSamples = Math.ceil(longest / width)
  const list: RawSignal[] = annotations
    ? [
        {
          label: isBdf ? 'BDF Annotations' : 'EDF Annotations',
          dimension: '',
          physical: ['-1', '1'],
          samplesPerRecord: listSamples
        }
      ]
    : []
  const all = [...raw.signals, ...list]
  const field = (text: string, size: number): Buffer => Buffer.from(text.padEnd(size).slice(0, size), 'latin1')
  const each = (size: number, of: (signal: RawSignal) => string): Buffer =>
    Buffer.concat(all.map((signal) => field(of(signal), size)))
  const plus = raw.reserved ?? (annotations ? `${isBdf ? 'BDF' : 'EDF'}+C` : '')
  const header = Buffer.concat([
    isBdf ? Buffer.from(raw.version ?? '\xffBIOSEMI', 'latin1') : field(raw.version ?? '0', 8),
    field(raw.patient ?? 'T-100 F 09-MAR-1951 Testmann^Anna', 80),
    field(raw.recording ?? 'Startdate 10-MAR-2026 X X Recorder_7', 80),
    field(raw.date ?? '10.03.26', 8),
    field(raw.time ?? '08.15.00', 8),
    field(raw.headerBytes ?? String(256 * (all.length + 1)), 8),
    field(plus, 44),
    field(raw.announcedRecords ?? String(records), 8),
    field(raw.recordSeconds ?? '1', 8),
    field(raw.announcedSignals ?? String(all.length), 4),
    each(16, ({ label }) => label),
    each(80, () => ''),
    each(8, ({ dimension = 'uV' }) => dimension),
    each(8, ({ physical }) => physical?.[0] ?? '-3276.8'),
    each(8, ({ physical }) => physical?.[1] ?? '3276.7'),
    each(8, ({ digital }) => String(digital?.[0] ?? -limit)),
    each(8, ({ digital }) => String(digital?.[1] ?? limit - 1)),
    each(80, ({ prefiltering = '' }) => prefiltering),
    each(8, ({ samplesPerRecord }) => String(samplesPerRecord)),
    each(32, () => '')
  ])
  const data = Array.from({ length: records }, (_, record) => {
    const parts = raw.signals.map(({ samplesPerRecord, value = () => 0 }) => {
      const bytes = Buffer.alloc(samplesPerRecord * width)
      for (let n = 0; n < samplesPerRecord; n++)
        bytes.writeIntLE(value(record * samplesPerRecord + n), n * width, width)
      return bytes
    })
    const times = annotations
      ? [Buffer.concat([annotations[record]!, Buffer.alloc(listSamples * width)]).subarray(0, listSamples * width)]
      : []
    return Buffer.concat([...parts, ...times])
  })
  return Buffer.concat([header, ...data])
}
