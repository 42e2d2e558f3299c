import { type Decoded, type DecodedPart, emptyGroup } from '../../../core/decoded.ts'
import { AppError } from '../../../core/errors/app-error.ts'
import { defineFormat } from '../../../core/format.ts'
import type { DataSet } from '../../../dicom/data-set.ts'
import { readFrames } from '../../../dicom/image/frames.ts'
import { readSeries } from '../../../dicom/image/series.ts'
import { peekDicom } from '../../../dicom/peek.ts'
import { readPart10 } from '../../../dicom/read.ts'
import { readSubject, readVisit } from '../../../dicom/subject.ts'
import { MR_SOP_CLASSES } from '../../../dicom/uids.ts'

const DEFAULT_SERIES_TIMEOUT_MS = 5000

/** Cardiac MR images, classic and Enhanced: each object is one part of its series (PS3.3 A.4, A.36). */
export default defineFormat({
  name: 'dicom-cmr',
  family: 'dicom',
  mediaTypes: ['application/dicom'],
  options: ['seriesTimeoutMs'],
  accepts: (kind) => MR_SOP_CLASSES.includes(kind),
  decode(envelope, feed) {
    const { dataSet, transferSyntaxUid } = readPart10(envelope.body)
    const { kind, correlation } = peekDicom(envelope.body, { correlation: envelope.correlation })
    if (!MR_SOP_CLASSES.includes(kind)) throw new AppError('DICOM_SOP_CLASS', { at: '(0008,0016)' })
    const notes: Decoded['notes'] = []
    const series = readSeries(dataSet, transferSyntaxUid, feed.zone, notes)
    const part: DecodedPart = {
      assembly: `cmr|${series.studyInstanceUid}|${series.seriesInstanceUid}`,
      part: correlation.sopInstanceUid!,
      series,
      frames: readFrames(dataSet),
      expected: expectedInstances(dataSet),
      timeoutMs: Number(feed.options.seriesTimeoutMs ?? DEFAULT_SERIES_TIMEOUT_MS)
    }
    return {
      messageTime: series.startedAt,
      groups: [{ ...emptyGroup(), subject: readSubject(dataSet, notes), visit: readVisit(dataSet), parts: [part] }],
      embedded: [],
      correlation,
      notes
    }
  }
})

/** (0020,1209) Number of Series Related Instances, which some senders put into the objects. */
function expectedInstances(dataSet: DataSet): number | undefined {
  const count = dataSet.number(0x00201209)
  return count !== undefined && Number.isInteger(count) && count > 0 ? count : undefined
}
