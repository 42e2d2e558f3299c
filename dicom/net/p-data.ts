/** More in one PDU gains nothing and would keep the peer from aborting. */
const MAX_BODY_BYTES = 128 * 1024
const P_DATA_TF = 0x04
const COMMAND = 1
const NUL = Buffer.alloc(1)
const LAST_FRAGMENT = 2

/**
 * The P-DATA-TF PDUs of a data set (PS3.8 9.3.5), as pieces to be written one after another: heads of 12 bytes and views of the
 * data set, which is not copied. The library copies it three times over.
 *
 * PDU = 04 00 | length (4) | PDV length (4) | presentation context id (1) | control (1) | fragment
 * @param maxBody maximum length of the variable field as the peer announced it; 0 for no limit
 */
export function* dataSetPdus(dataSet: Uint8Array, contextId: number, maxBody: number): Generator<Buffer> {
  // Fragments are of even length (PS3.8 E.2), whatever the peer announced.
  const size = (Math.min(maxBody === 0 ? MAX_BODY_BYTES : maxBody, MAX_BODY_BYTES) - 6) & ~1
  for (let at = 0; at === 0 || at < dataSet.length; at += size) {
    const fragment = Buffer.from(dataSet.buffer, dataSet.byteOffset + at, Math.min(size, dataSet.length - at))
    // Only a deflated data set can be odd: a NUL makes it even (PS3.5 A.5).
    const padding = fragment.length % 2
    yield head(fragment.length + padding, contextId, at + size >= dataSet.length ? LAST_FRAGMENT : 0)
    yield fragment
    if (padding === 1) yield NUL
  }
}

/** One P-DATA-TF PDU with a whole command set: commands are far shorter than the least PDU that we talk to. */
export const commandPdu = (command: Uint8Array, contextId: number): Buffer =>
  Buffer.concat([head(command.length, contextId, COMMAND | LAST_FRAGMENT), command])

function head(fragmentBytes: number, contextId: number, control: number): Buffer {
  const bytes = Buffer.alloc(12)
  bytes[0] = P_DATA_TF
  bytes.writeUInt32BE(fragmentBytes + 6, 2)
  bytes.writeUInt32BE(fragmentBytes + 2, 6)
  bytes[10] = contextId
  bytes[11] = control
  return bytes
}
