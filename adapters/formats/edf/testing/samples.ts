import { gzipSync } from 'node:zlib'
import { encodeRaw, recordList } from './encode-edf.ts'

/** A beat each second at 250 Hz, bits of 0.1 uV (EDF) or 0.01 uV (BDF). */
export const beat =
  (scale: number) =>
  (n: number): number => {
    const at = (n % 250) - 100
    const bump = (centre: number, width: number, height: number): number =>
      height * Math.exp(-(((at - centre) / width) ** 2))
    return Math.round(scale * (bump(-40, 9, 1200) + bump(0, 3, 11_000) - bump(5, 3, 2500) + bump(60, 18, 3000)))
  }

const ecg = (label: string, scale: number) => ({
  label,
  samplesPerRecord: 250,
  value: beat(scale),
  prefiltering: 'HP:0.05Hz LP:100Hz N:50Hz'
})
const spo2 = {
  label: 'SaO2',
  dimension: '%',
  physical: ['0', '100'] as [string, string],
  digital: [0, 1000] as [number, number],
  samplesPerRecord: 2,
  value: (n: number) => 970 - (n % 3)
}

const continuous = encodeRaw({
  signals: [ecg('ECG I', 0.6), ecg('ECG II', 1), spo2],
  records: 4,
  annotations: [
    recordList(0.25, { onset: 0.25, text: 'Sinus rhythm' }, { onset: 1.5, seconds: 0.5, text: 'Électrode' }),
    ...[1.25, 2.25, 3.25].map((onset) => recordList(onset))
  ]
})

/** The third record begins 2.5 s after the second ends. */
const discontinuous = encodeRaw({
  reserved: 'EDF+D',
  signals: [ecg('EKG V5', 1)],
  records: 4,
  annotations: [0, 1, 4.5, 5.5].map((onset) => recordList(onset))
})

const bdf = encodeRaw({
  isBdf: true,
  signals: [{ ...ecg('ECG V1', 10), physical: ['-8000', '8000'], digital: [-800_000, 800_000] }],
  records: 3,
  annotations: [0, 1, 2].map((onset) => recordList(onset))
})

const legacy = encodeRaw({
  patient: 'Testmann, ward 3',
  recording: 'Holter',
  date: '10.03.99',
  signals: [{ ...ecg('MLII', 0.2), dimension: 'mV', physical: ['-10', '10'] }],
  records: 2
})

/** Every file of fixtures/; a gzip's bytes depend on the library, so what it holds is what counts. */
export const FIXTURES: ReadonlyMap<string, Buffer> = new Map([
  ['continuous.edf', continuous],
  ['discontinuous.edf', discontinuous],
  ['24-bit.bdf', bdf],
  ['legacy.edf', legacy],
  ['compressed.edf.gz', gzipSync(continuous)]
])
