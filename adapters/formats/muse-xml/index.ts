import type { DecodeNote } from '../../../core/decoded.ts'
import { AppError } from '../../../core/errors/app-error.ts'
import { defineFormat, type FeedFacts } from '../../../core/format.ts'
import { ECG_KINDS } from '../../ecg/kinds.ts'
import { decodedEcg, WITHOUT_TIME } from '../../ecg/recording.ts'
import { parseXml } from '../../ecg/xml/parse.ts'
import { acquisitionTime, deviceOf, patientOf, testKey } from './demographics.ts'
import { isPaced, statementsOf } from './statements.ts'
import { museWaveforms } from './waveform.ts'

/** GE MUSE resting ECG XML (RestingECG). */
export default defineFormat({
  name: 'muse-xml',
  family: 'ecg',
  mediaTypes: [ECG_KINDS['muse-xml']],
  options: ['museExternalDoctype'],
  accepts: (kind) => kind === 'muse-xml',

  decode(envelope, feed) {
    const root = parseXml(envelope.body, doctypeOptions(feed))
    if (root.name !== 'RestingECG') throw new AppError('DECODE_FAILED', { reason: 'not-muse' })
    const notes: DecodeNote[] = []
    const acquiredAt = acquisitionTime(root, feed.zone)
    const statements = statementsOf(root)
    return decodedEcg({
      envelope,
      subject: patientOf(root),
      recording: {
        businessKey: testKey(root),
        statements,
        device: deviceOf(root),
        paced: isPaced(statements)
      },
      acquiredAt,
      waveforms: museWaveforms(root, acquiredAt, notes),
      notes,
      withoutTime: feed.options[WITHOUT_TIME] === true,
      at: { time: 'TestDemographics/AcquisitionDate', waveforms: 'Waveform' }
    })
  }
})

/**
 * Exports name their DTD, restecg.dtd, in a DOCTYPE, which is refused as any other. A feed may allow exactly that one: then it is
 * passed over, nothing is fetched and a DOCTYPE with declarations is refused still.
 */
const doctypeOptions = (feed: FeedFacts) =>
  feed.options['museExternalDoctype'] === true ? { externalDoctypeOf: 'RestingECG' } : {}
