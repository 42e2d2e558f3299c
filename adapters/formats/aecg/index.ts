import type { DecodeNote } from '../../../core/decoded.ts'
import { defineFormat } from '../../../core/format.ts'
import { ECG_KINDS } from '../../ecg/kinds.ts'
import { decodedEcg, WITHOUT_TIME } from '../../ecg/recording.ts'
import { parseXml } from '../../ecg/xml/parse.ts'
import { isPaced, statementsOf } from './annotations.ts'
import { documentKey, documentTime, isSynthetic, requireAecg } from './document.ts'
import { deviceOf, readSeries } from './series.ts'
import { trialSubject } from './subject.ts'
import { aecgClock } from './time.ts'
import { encodeAecg } from './write/document.ts'

/** HL7 Version 3 Annotated ECG, Release 1 (ANSI/HL7 V3 ECG, R1-2004, message type PORT_MT020001). */
export default defineFormat({
  name: 'aecg',
  family: 'ecg',
  mediaTypes: [ECG_KINDS.aecg],
  accepts: (kind) => kind === 'aecg',

  decode(envelope, feed) {
    const root = requireAecg(parseXml(envelope.body))
    const clock = aecgClock(feed.zone)
    const notes: DecodeNote[] = []
    const subject = trialSubject(root, notes)
    const waveforms = readSeries(root, clock, notes)
    return decodedEcg({
      envelope,
      subject,
      recording: {
        businessKey: documentKey(root, subject, envelope.body),
        statements: statementsOf(root, notes),
        device: deviceOf(root),
        paced: isPaced(root),
        synthetic: isSynthetic(root)
      },
      acquiredAt: waveforms.find(({ kind }) => kind === 'rhythm')?.startedAt ?? documentTime(root, clock),
      waveforms,
      notes,
      withoutTime: feed.options[WITHOUT_TIME] === true,
      at: { time: 'AnnotatedECG/effectiveTime', waveforms: 'AnnotatedECG/component/series' }
    })
  },

  writer: { as: 'aecg', encode: encodeAecg }
})
