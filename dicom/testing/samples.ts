import { LEAD_NUMBERS } from '../../core/lead-numbers.ts'
import { buildMrFrame, type MrFrameOptions } from '../image/write-mr.ts'
import { buildEcg, type EcgWriteOptions, type WrittenWaveform } from '../waveform/write.ts'

/** Simulated objects about a person who does not exist. */
export const PATIENT = {
  id: 'T-100',
  issuer: 'HOSP',
  family: 'Testmann',
  given: 'Änne',
  birthDate: '1951-03-09',
  sex: 'F',
  admissionId: 'V-7'
} as const

export const LEADS = [...LEAD_NUMBERS.keys()].map((name) => ({ name }))

/** Twelve sines of whole counts of `sensitivityUv`. */
export function sampleWaveform(length: number, sensitivityUv = 2.5): WrittenWaveform {
  const samples = LEADS.map((_lead, k) =>
    Float64Array.from({ length }, (_v, i) => (Math.round(400 * Math.sin(i / 9 + k)) * sensitivityUv) / 1000)
  )
  return { rateHz: 500, leads: LEADS, samples }
}

export const sampleEcg = (length = 40, options: Partial<EcgWriteOptions> = {}): Uint8Array =>
  buildEcg([sampleWaveform(length)], {
    patient: PATIENT,
    uids: { study: '2.25.1', series: '2.25.2', instance: '2.25.3' },
    acquiredAt: '20260310081500',
    utcOffset: '+0100',
    sensitivityUv: 2.5,
    synthetic: true,
    ...options
  })

/** Slice `slice` and phase `phase` of a small cine, 40 ms a phase, 8 mm a slice. */
export const sampleMr = (slice = 0, phase = 0, options: Partial<MrFrameOptions> = {}): Uint8Array =>
  buildMrFrame({
    patient: PATIENT,
    uids: { study: '2.25.10', series: '2.25.11', instance: `2.25.12.${slice + 1}.${phase + 1}` },
    frameOfReferenceUid: '2.25.13',
    acquiredAt: '20260310090000',
    seriesDescription: 'cine SA simulated',
    instanceNumber: phase + 1,
    rows: 4,
    columns: 6,
    pixels: Uint16Array.from({ length: 24 }, (_v, i) => i * 10 + phase),
    pixelSpacing: [1.4, 1.5],
    sliceThicknessMm: 8,
    imagePositionPatient: [0, 0, slice * 8],
    imageOrientationPatient: [1, 0, 0, 0, 1, 0],
    sliceLocation: slice * 8,
    triggerTimeMs: phase * 40,
    cardiacNumberOfImages: 25,
    ...options
  })
