import type { DecodedPart, DecodeNote } from '../../core/decoded.ts'
import { AppError } from '../../core/errors/app-error.ts'
import type { ClinicalTime } from '../../core/time.ts'
import { readAcquisitionTime, zoneFacts } from '../acquisition-time.ts'
import type { DataSet } from '../data-set.ts'
import { tagHex } from '../tag.ts'
import { isUid } from '../uids.ts'

/** Attributes kept with the series: acquisition and device facts, nothing about the person. */
const KEPT_TAGS = [
  0x00080008, 0x00080060, 0x00080070, 0x0008103e, 0x00081090, 0x00180015, 0x00180022, 0x00180023, 0x00180024,
  0x00180050, 0x00180080, 0x00180081, 0x00180087, 0x00180088, 0x00181020, 0x00181030, 0x00181062, 0x00181090,
  0x00181314, 0x00185100, 0x00200011, 0x00200052, 0x00280004, 0x00280100, 0x00280101, 0x00280102, 0x00280103,
  0x00281052, 0x00281053
]

/** What an MR object says about its series (PS3.3 C.7.3.1). @throws AppError DICOM_ATTRIBUTE_MISSING, DICOM_ATTRIBUTE_VALUE */
export function readSeries(
  dataSet: DataSet,
  transferSyntaxUid: string,
  zone: string,
  notes: DecodeNote[]
): DecodedPart['series'] {
  return {
    studyInstanceUid: requiredUid(dataSet, 0x0020000d, '(0020,000D)'),
    seriesInstanceUid: requiredUid(dataSet, 0x0020000e, '(0020,000E)'),
    modality: dataSet.requiredText(0x00080060),
    sopClassUid: requiredUid(dataSet, 0x00080016, '(0008,0016)'),
    description: dataSet.text(0x0008103e),
    startedAt: startOf(dataSet, zone, notes),
    synthetic: dataSet.text(0x0008001c) === 'YES',
    tags: { ...keptTags(dataSet), '00020010': transferSyntaxUid }
  }
}

/** An image without a readable time is still an image: the time is left out and noted. */
function startOf(dataSet: DataSet, zone: string, notes: DecodeNote[]): ClinicalTime | undefined {
  try {
    return readAcquisitionTime(dataSet, zoneFacts(dataSet, zone), notes)
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'DICOM_ATTRIBUTE_VALUE') throw error
    notes.push({ code: 'content-ignored', at: error.at ?? '(0008,002A)' })
    return undefined
  }
}

function requiredUid(dataSet: DataSet, tag: number, at: string): string {
  const uid = dataSet.requiredText(tag)
  if (!isUid(uid)) throw new AppError('DICOM_ATTRIBUTE_VALUE', { at, reason: 'uid' })
  return uid
}

function keptTags(dataSet: DataSet): Record<string, unknown> {
  const kept: Record<string, unknown> = {}
  for (const tag of KEPT_TAGS) {
    const vr = dataSet.element(tag)?.vr
    const values = vr === 'US' || vr === 'SS' || vr === 'FD' ? dataSet.numbers(tag) : dataSet.texts(tag)
    if (values && values.length > 0) kept[tagHex(tag)] = values.length === 1 ? values[0] : values
  }
  return kept
}
