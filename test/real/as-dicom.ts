import { buildEcg } from '../../dicom/waveform/write.ts'
import type { EcgRecord } from './ecg-record.ts'
import type { Played } from './played.ts'

/** Largest count that 16 bits hold, the mark for a missing sample left out. */
const MAX_COUNT = 32_767

/**
 * The record as a 12-lead ECG object. Its one step for all leads is that of the record's finest lead, or the finest with
 * which the largest sample still fits 16 bits, so that rounding costs half a step of any lead.
 */
export function asDicom(record: EcgRecord, { patient, acquiredAt, uid }: Played): Uint8Array {
  const { samples, leads } = record.waveform
  const peakMv = samples.reduce((max, lead) => lead.reduce((most, value) => Math.max(most, Math.abs(value)), max), 0)
  const finestMv = Math.min(...leads.map(({ resolution }) => resolution))
  // Six digits, rounded up so that the peak still fits.
  const sensitivityUv = Math.ceil(Math.max(finestMv, peakMv / MAX_COUNT) * 1e9) / 1e6
  return buildEcg([record.waveform], {
    patient: { id: patient, family: 'Record', given: record.name },
    uids: { study: `${uid}.1`, series: `${uid}.2`, instance: `${uid}.3` },
    acquiredAt: stamp(acquiredAt),
    utcOffset: '+0000',
    sensitivityUv
  })
}

/** 'YYYYMMDDHHMMSS' in UTC. */
export const stamp = (time: Date): string => time.toISOString().replaceAll(/[-:T]/g, '').slice(0, 14)
