import type { DecodeNote } from '../../../core/decoded.ts'
import { defineFormat } from '../../../core/format.ts'
import { decodedEcg, recordingKey } from '../../ecg/recording.ts'
import { readFile } from './file.ts'
import { gunzipped } from './gunzip.ts'
import { readPatient, readRecordingId, readStart } from './identification.ts'
import { readSignals } from './signals.ts'
import { statementsOf } from './statements.ts'
import { encodeEdf } from './writer.ts'

/** EDF, EDF+, BDF, BDF+, each also as gzip. */
export default defineFormat({
  name: 'edf',
  family: 'ecg',
  mediaTypes: ['application/x-edf', 'application/x-bdf'],
  accepts: (kind) => kind === 'edf',
  decode(envelope, feed) {
    const notes: DecodeNote[] = []
    const bytes = gunzipped(envelope.body)
    const file = readFile(bytes, notes)
    const { header, firstOnset, annotations } = file
    const recording = readRecordingId(header)
    const acquiredAt = readStart(header, recording, firstOnset, feed.zone)
    return decodedEcg({
      envelope,
      subject: readPatient(header, notes),
      recording: {
        businessKey: recordingKey('edf', bytes),
        device: recording.device,
        ...(recording.synthetic ? { synthetic: true } : {}),
        ...statementsOf(annotations)
      },
      acquiredAt,
      waveforms: readSignals({ ...file, startedAt: acquiredAt }),
      notes,
      at: { time: 'startdate', waveforms: 'signals' }
    })
  },
  writer: { as: 'edf', encode: (recording) => [encodeEdf(recording)] }
})
