import { AppError } from '../../core/errors/app-error.ts'
import { readDataSet } from '../read.ts'
import { isUid } from '../uids.ts'

const SOP_INSTANCE = 0x00080018
const HEAD_BYTES = 16 * 1024

export interface StoreCommand {
  sopClassUid: string
  sopInstanceUid: string
  abstractSyntaxUid: string
  transferSyntaxUid: string
}

/**
 * Whether the command of a C-STORE names the object that came with it (PS3.4 B.2.3): a bounded look at the first group only.
 * @throws AppError DICOM_ATTRIBUTE_VALUE (reason uid, mismatch), DICOM_ATTRIBUTE_MISSING, DICOM_TRUNCATED, DICOM_LIMIT
 */
export function checkObject(command: StoreCommand, dataSet: Uint8Array): void {
  if (!isUid(command.sopClassUid)) throw new AppError('DICOM_ATTRIBUTE_VALUE', { at: '(0000,0002)', reason: 'uid' })
  if (!isUid(command.sopInstanceUid)) throw new AppError('DICOM_ATTRIBUTE_VALUE', { at: '(0000,1000)', reason: 'uid' })
  if (command.sopClassUid !== command.abstractSyntaxUid) throw mismatch('(0000,0002)')
  const head = readDataSet(dataSet.subarray(0, HEAD_BYTES), command.transferSyntaxUid, {
    upTo: SOP_INSTANCE,
    headOnly: dataSet.length > HEAD_BYTES
  })
  if (head.requiredText(0x00080016) !== command.sopClassUid) throw mismatch('(0008,0016)')
  if (head.requiredText(SOP_INSTANCE) !== command.sopInstanceUid) throw mismatch('(0008,0018)')
}

const mismatch = (at: string): AppError => new AppError('DICOM_ATTRIBUTE_VALUE', { at, reason: 'mismatch' })
