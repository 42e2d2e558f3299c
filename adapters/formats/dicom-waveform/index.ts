import { type Decoded, type DecodedWaveform, emptyGroup } from '../../../core/decoded.ts'
import { AppError } from '../../../core/errors/app-error.ts'
import { defineFormat } from '../../../core/format.ts'
import { readAcquisitionTime, requireInstant, zoneFacts } from '../../../dicom/acquisition-time.ts'
import type { DataSet } from '../../../dicom/data-set.ts'
import { peekDicom } from '../../../dicom/peek.ts'
import { readPart10 } from '../../../dicom/read.ts'
import { readSubject, readVisit } from '../../../dicom/subject.ts'
import { ECG_SOP_CLASSES } from '../../../dicom/uids.ts'
import { readStatements } from '../../../dicom/waveform/annotations.ts'
import { readWaveforms } from '../../../dicom/waveform/read.ts'
import { writeDicom } from './writer.ts'

/** DICOM ECG waveform objects: 12-lead, General, Ambulatory, General 32-bit (PS3.3 A.34). */
export default defineFormat({
  name: 'dicom-waveform',
  family: 'dicom',
  mediaTypes: ['application/dicom'],
  accepts: (kind) => ECG_SOP_CLASSES.includes(kind),
  decode(envelope, feed) {
    const { dataSet } = readPart10(envelope.body)
    const { kind, correlation } = peekDicom(envelope.body, { correlation: envelope.correlation })
    if (!ECG_SOP_CLASSES.includes(kind)) throw new AppError('DICOM_SOP_CLASS', { at: '(0008,0016)' })
    const notes: Decoded['notes'] = []
    const acquiredAt = requireInstant(readAcquisitionTime(dataSet, zoneFacts(dataSet, feed.zone), notes))
    const waveforms = readWaveforms(dataSet, acquiredAt)
    if (waveforms.some(({ facts }) => facts?.zeroPadding)) notes.push({ code: 'leniency', at: '(5400,100A)' })
    const recording: DecodedWaveform = {
      businessKey: `dicom|${correlation.sopInstanceUid}`,
      waveforms,
      acquiredAt,
      receivedFrom: 'dicom',
      statements: readStatements(dataSet),
      device: readDevice(dataSet),
      synthetic: dataSet.text(0x0008001c) === 'YES',
      ...readOrderNumbers(dataSet),
      state: 'final'
    }
    return {
      messageTime: acquiredAt,
      groups: [
        { ...emptyGroup(), subject: readSubject(dataSet, notes), visit: readVisit(dataSet), waveforms: [recording] }
      ],
      embedded: [],
      correlation,
      notes
    }
  },
  writer: { as: 'dicom', encode: writeDicom }
})

function readDevice(dataSet: DataSet): DecodedWaveform['device'] {
  return {
    manufacturer: dataSet.text(0x00080070),
    model: dataSet.text(0x00081090),
    serial: dataSet.text(0x00181000)
  }
}

/** (0040,2016) and (0040,2017) of the object or its Referenced Request Sequence; the accession number is the filler's. */
function readOrderNumbers(dataSet: DataSet): Pick<DecodedWaveform, 'placerOrderNumber' | 'fillerOrderNumber'> {
  const request = dataSet.items(0x0040a370)[0] ?? dataSet
  return {
    placerOrderNumber: request.text(0x00402016),
    fillerOrderNumber: request.text(0x00402017) ?? dataSet.text(0x00080050)
  }
}
