import { sha256 } from '../../core/ids.ts'
import { bodyOffset, parseHeader } from './header.ts'

/** Identity of a received message (design section 3, identity a): equal in all five = the same message again. */
export interface ReceiptIdentity {
  feed: string
  /** MSH-3 as a whole field. */
  sendingApplication: string
  /** MSH-4 as a whole field. */
  sendingFacility: string
  /** MSH-10 */
  messageControlId: string
  /** sha256 (hex) of the bytes from the second segment on: MSH-7 changes when a sender tries again. */
  bodySha256: string
}

/** Same first four and other `bodySha256`: a counter that restarted; the message is new and flagged (rules section 5). */
export function receiptIdentity(feed: string, bytes: Uint8Array): ReceiptIdentity {
  const msh = parseHeader(bytes)?.segments[0]
  return {
    feed,
    sendingApplication: msh?.raw(3) ?? '',
    sendingFacility: msh?.raw(4) ?? '',
    messageControlId: msh?.raw(10) ?? '',
    bodySha256: sha256(bytes.subarray(bodyOffset(bytes)))
  }
}
