import { AppError } from '../../core/errors/app-error.ts'
import type { DataSet } from '../data-set.ts'
import { walkDataSet } from '../elements.ts'
import type { Limits } from '../limits.ts'
import { isUid } from '../uids.ts'

/** A command set is a few hundred bytes; more is no command (PS3.7 6.3). */
export const MAX_COMMAND_BYTES = 16 * 1024
const COMMAND_LIMITS: Limits = { maxBytes: MAX_COMMAND_BYTES, maxDepth: 1, maxElements: 64 }

/** Command fields (0000,0100), PS3.7 E.1. */
export const COMMAND = { storeRequest: 0x0001, storeResponse: 0x8001 } as const
const HAS_DATA_SET = 0x0001
const NO_DATA_SET = 0x0101
const MEDIUM = 0x0000

export interface Command {
  field: number
  hasDataSet: boolean
  set: DataSet
}

/** What a C-STORE-RQ says, and what its response repeats. UIDs as sent: not yet checked. */
export interface StoreRequest {
  messageId: number
  sopClassUid: string
  sopInstanceUid: string
}

export interface StoreResponse {
  /** (0000,0120) Message ID Being Responded To */
  messageId: number
  status: number
}

/** @throws AppError DECODE_FAILED (reason command), DICOM_LIMIT, DICOM_ATTRIBUTE_VALUE */
export function readCommand(bytes: Uint8Array): Command {
  const set = walkDataSet(bytes, 0, { explicit: false, littleEndian: true }, { limits: COMMAND_LIMITS })
  if (set.tags().some((tag) => tag > 0x0000ffff || set.element(tag)!.items)) throw broken()
  return { field: wanted(set, 0x00000100), hasDataSet: set.number(0x00000800) !== NO_DATA_SET, set }
}

/** @throws AppError DECODE_FAILED without Message ID */
export const readStoreRequest = ({ set }: Command): StoreRequest => ({
  messageId: wanted(set, 0x00000110),
  sopClassUid: set.text(0x00000002) ?? '',
  sopInstanceUid: set.text(0x00001000) ?? ''
})

/** @throws AppError DECODE_FAILED without Message ID Being Responded To or Status */
export const readStoreResponse = ({ set }: Command): StoreResponse => ({
  messageId: wanted(set, 0x00000120),
  status: wanted(set, 0x00000900)
})

/**
 * C-STORE-RQ, PS3.7 9.3.1.1, as a command set in implicit VR little endian.
 *
 * (0000,0000) group length | ,0002 SOP class | ,0100 0001H | ,0110 message id | ,0700 priority | ,0800 data set | ,1000 SOP instance
 */
export const encodeStoreRequest = ({ messageId, sopClassUid, sopInstanceUid }: StoreRequest): Buffer =>
  encode([
    [0x0002, sopClassUid],
    [0x0100, COMMAND.storeRequest],
    [0x0110, messageId],
    [0x0700, MEDIUM],
    [0x0800, HAS_DATA_SET],
    [0x1000, sopInstanceUid]
  ])

/**
 * C-STORE-RSP, PS3.7 9.3.1.2. What was no UID in the request is not repeated.
 *
 * (0000,0000) | ,0002 SOP class | ,0100 8001H | ,0120 message id | ,0800 no data set | ,0900 status | ,1000 SOP instance
 */
export const encodeStoreResponse = (request: StoreRequest, status: number): Buffer =>
  encode([
    ...(isUid(request.sopClassUid) ? [[0x0002, request.sopClassUid] as const] : []),
    [0x0100, COMMAND.storeResponse],
    [0x0120, request.messageId],
    [0x0800, NO_DATA_SET],
    [0x0900, status],
    ...(isUid(request.sopInstanceUid) ? [[0x1000, request.sopInstanceUid] as const] : [])
  ])

/** Elements of group 0000: text is UI (padded with NUL to even length), a number is US. */
function encode(elements: readonly (readonly [element: number, value: string | number])[]): Buffer {
  const sizes = elements.map(([, value]) => (typeof value === 'number' ? 2 : value.length + (value.length % 2)))
  const length = sizes.reduce((sum, size) => sum + 8 + size, 0)
  const bytes = Buffer.alloc(12 + length)
  bytes.writeUInt32LE(4, 4)
  bytes.writeUInt32LE(length, 8)
  let at = 12
  elements.forEach(([element, value], i) => {
    bytes.writeUInt16LE(element, at + 2)
    bytes.writeUInt32LE(sizes[i]!, at + 4)
    if (typeof value === 'number') bytes.writeUInt16LE(value, at + 8)
    else bytes.write(value, at + 8, 'latin1')
    at += 8 + sizes[i]!
  })
  return bytes
}

function wanted(set: DataSet, tag: number): number {
  const value = set.number(tag)
  if (value === undefined) throw broken()
  return value
}

const broken = (): AppError => new AppError('DECODE_FAILED', { reason: 'command', at: 'P-DATA-TF' })
