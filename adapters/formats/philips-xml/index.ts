import type { DecodeNote } from '../../../core/decoded.ts'
import { AppError } from '../../../core/errors/app-error.ts'
import { defineFormat } from '../../../core/format.ts'
import { ECG_KINDS } from '../../ecg/kinds.ts'
import { decodedEcg, WITHOUT_TIME } from '../../ecg/recording.ts'
import { parseXml } from '../../ecg/xml/parse.ts'
import { acquisitionTime, deviceOf, documentKey } from './acquisition.ts'
import { representativeBeat } from './beats.ts'
import { isPaced, patientOf } from './patient.ts'
import { rhythmWaveforms } from './rhythm.ts'
import { statementsOf } from './statements.ts'

/** Philips Sierra ECG XML (restingecgdata), schema versions 1.03, 1.04 and 2. */
export default defineFormat({
  name: 'philips-xml',
  family: 'ecg',
  mediaTypes: [ECG_KINDS['philips-xml']],
  accepts: (kind) => kind === 'philips-xml',

  decode(envelope, feed) {
    const root = parseXml(envelope.body)
    if (root.name !== 'restingecgdata') throw new AppError('DECODE_FAILED', { reason: 'not-sierra' })
    const notes: DecodeNote[] = []
    const acquiredAt = acquisitionTime(root, feed.zone)
    const rhythm = rhythmWaveforms(root, acquiredAt, notes)
    const beat = representativeBeat(root, rhythm[0], notes)
    return decodedEcg({
      envelope,
      subject: patientOf(root),
      recording: {
        businessKey: documentKey(root),
        statements: statementsOf(root),
        device: deviceOf(root),
        paced: isPaced(root)
      },
      acquiredAt,
      waveforms: [...rhythm, ...(beat ? [beat] : [])],
      notes,
      withoutTime: feed.options[WITHOUT_TIME] === true,
      at: { time: 'dataacquisition', waveforms: 'waveforms' }
    })
  }
})
