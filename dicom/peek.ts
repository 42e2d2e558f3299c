import type { Peek, PeekFn } from '../core/envelope.ts'
import { AppError } from '../core/errors/app-error.ts'
import type { DataSet } from './data-set.ts'
import type { Limits } from './limits.ts'
import { readDataSet, readMeta } from './read.ts'
import { isUid } from './uids.ts'

const HEAD_BYTES = 64 * 1024
const HEAD_LIMITS: Limits = { maxBytes: HEAD_BYTES, maxDepth: 16, maxElements: 20_000 }
const ISSUER_OF_PATIENT_ID = 0x00100021

/**
 * What the pipeline needs before the append: SOP class as kind, 'authority|patient id' as order key (authority '' when
 * (0010,0021) is empty: the caller puts the feed's default), the UIDs for correlation. Looks at the first 64 KiB only; when
 * the patient lies behind them there is no key.
 * @throws AppError DICOM_NOT_PART10, DICOM_TRUNCATED, DICOM_ATTRIBUTE_MISSING, DICOM_ATTRIBUTE_VALUE, DICOM_LIMIT,
 *   DICOM_TRANSFER_SYNTAX
 */
export const peekDicom: PeekFn = (bytes, hints): Peek => {
  const head = bytes.subarray(0, HEAD_BYTES)
  const headOnly = bytes.length > head.length
  const { meta, dataSetStart } = readMeta(head, { limits: HEAD_LIMITS })
  const transferSyntaxUid = meta.requiredText(0x00020010)
  const dataSet = readDataSet(head.subarray(dataSetStart), transferSyntaxUid, {
    limits: HEAD_LIMITS,
    upTo: ISSUER_OF_PATIENT_ID,
    headOnly
  })
  const sopClassUid = checkedUid(dataSet, 0x00080016, meta.text(0x00020002))
  const sopInstanceUid = checkedUid(dataSet, 0x00080018, meta.text(0x00020003))
  const patientId = dataSet.text(0x00100020)
  return {
    kind: sopClassUid,
    key: patientId && `${dataSet.text(ISSUER_OF_PATIENT_ID) ?? ''}|${patientId}`,
    correlation: { ...hints.correlation, sopInstanceUid, sopClassUid, transferSyntaxUid }
  }
}

function checkedUid(dataSet: DataSet, tag: number, fallback: string | undefined): string {
  const uid = dataSet.text(tag) ?? fallback
  const at = tag === 0x00080016 ? '(0008,0016)' : '(0008,0018)'
  if (uid === undefined) throw new AppError('DICOM_ATTRIBUTE_MISSING', { at })
  if (!isUid(uid)) throw new AppError('DICOM_ATTRIBUTE_VALUE', { at, reason: 'uid' })
  return uid
}
