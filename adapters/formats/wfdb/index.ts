import type { DecodeNote } from '../../../core/decoded.ts'
import { defineFormat } from '../../../core/format.ts'
import { ECG_KINDS } from '../../ecg/kinds.ts'
import { decodedEcg, recordingKey, WITHOUT_TIME } from '../../ecg/recording.ts'
import { baseTime } from './base-time.ts'
import { readComments } from './comments.ts'
import { readRecord } from './record.ts'
import { writeRecord } from './writer.ts'
import { unzipRecord } from './zip.ts'

/** One WFDB record (header(5), signal(5)) in a zip: header, signal files, headers of segments. */
export default defineFormat({
  name: 'wfdb',
  family: 'ecg',
  mediaTypes: [ECG_KINDS.wfdb],
  accepts: (kind) => kind === 'wfdb',
  decode(envelope, feed) {
    const { headerText, files, ignored } = unzipRecord(envelope.body)
    const { header, waveforms, withoutChecksums } = readRecord(headerText, (name) => files.get(name))
    const { subject, zone, ...facts } = readComments(header.comments)
    const acquiredAt = baseTime(header, zone ?? feed.zone)
    const notes: DecodeNote[] = []
    if (withoutChecksums) notes.push({ code: 'leniency', at: 'checksum' })
    if (ignored > 0) notes.push({ code: 'content-ignored', at: 'zip' })
    return decodedEcg({
      envelope,
      subject,
      recording: {
        ...facts,
        businessKey: recordingKey(
          'wfdb',
          header.record,
          acquiredAt?.instant ?? '',
          subject.identifiers[0]?.value ?? '',
          ...[...files].filter(([name]) => !name.endsWith('.hea')).map(([, bytes]) => bytes)
        )
      },
      acquiredAt,
      withoutTime: feed.options[WITHOUT_TIME] === true,
      waveforms: waveforms.map((waveform) => (acquiredAt ? { ...waveform, startedAt: acquiredAt } : waveform)),
      notes,
      at: { time: 'record line', waveforms: 'signal 1' }
    })
  },
  writer: { as: 'wfdb', encode: writeRecord }
})
