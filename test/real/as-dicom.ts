import { buildEcg } from '../../dicom/waveform/write.ts'
import type { EcgRecord } from './ecg-record.ts'
import type { Played } from './played.ts'

/** Microvolts per count of the object: finer than the finest converter of the two sets (LUDB: 0.43 uV). */
export const DICOM_SENSITIVITY_UV = 0.25

/** The record as a 12-lead ECG object. 16 bits at 0.25 uV hold 8 mV; a record beyond that is written at 1 uV. */
export function asDicom(record: EcgRecord, { patient, acquiredAt, uid }: Played): Uint8Array {
  const peak = record.waveform.samples.reduce((max, lead) => lead.reduce((m, v) => Math.max(m, Math.abs(v)), max), 0)
  return buildEcg([record.waveform], {
    patient: { id: patient, family: 'Record', given: record.name },
    uids: { study: `${uid}.1`, series: `${uid}.2`, instance: `${uid}.3` },
    acquiredAt: stamp(acquiredAt),
    utcOffset: '+0000',
    sensitivityUv: peak < 8 ? DICOM_SENSITIVITY_UV : 1
  })
}

/** 'YYYYMMDDHHMMSS' in UTC. */
export const stamp = (time: Date): string => time.toISOString().replaceAll(/[-:T]/g, '').slice(0, 14)
