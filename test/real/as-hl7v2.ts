import { buildSegment, composite } from '../../adapters/hl7v2/build.ts'
import { stamp } from './as-dicom.ts'
import type { EcgRecord } from './ecg-record.ts'
import type { Played } from './played.ts'

/**
 * The record as an ORU^W01 of HL7 chapter 7: the converter's own counts, each channel with its own sensitivity and its
 * baseline in counts, so that nothing is rounded on the way.
 *
 * OBX CD `93000&CHN` one a channel | OBX TS `93000&TIM` | OBX NA `93000&WAV`, one repetition a channel
 */
export function asHl7v2(record: EcgRecord, { patient, acquiredAt, controlId }: Played): Uint8Array {
  const at = `${stamp(acquiredAt)}+0000`
  const obx = (...fields: string[]): string => buildSegment('OBX', fields)
  const { leads, rateHz } = record.waveform
  const channels = record.header.signals.map(({ gain, baseline }, i) =>
    obx(
      `${i + 1}`,
      'CD',
      '93000&CHN^EKG^L',
      '1',
      `${i + 1}&${leads[i]?.name}^${leads[i]?.name}^${(1000 / gain).toFixed(12)}&uV^1&${baseline}^${rateHz}^-32768&32767`,
      ...['', '', '', '', '', 'F']
    )
  )
  const next = channels.length + 1
  const rows = record.counts.map((signal) => signal.join('^')).join('~')
  const segments = [
    `MSH|^~\\&|CART|REAL|HIS|HISBUNDLE|${at}||ORU^W01^ORU_W01|${controlId}|T|2.5.1`,
    buildSegment('PID', ['1', '', composite(patient, '', '', 'HOSP', 'MR'), '', composite('Record', record.name)]),
    buildSegment('OBR', ['1', '', composite(controlId, 'CART'), '93000^EKG^L', '', '', at]),
    ...channels,
    obx(`${next}`, 'TS', '93000&TIM^EKG^L', '1', at, '', '', '', '', '', 'F'),
    obx(`${next + 1}`, 'NA', '93000&WAV^EKG^L', '1', rows, '', '', '', '', '', 'F')
  ]
  return Buffer.from(segments.map((segment) => `${segment}\r`).join(''), 'latin1')
}
