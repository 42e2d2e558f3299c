/** More in one PDU gains nothing and would keep the peer from aborting. */
const MAX_BODY_BYTES = 128 * 1024
const P_DATA_TF = 0x04
const LAST_FRAGMENT = 2

/**
 * The P-DATA-TF PDUs of a data set (PS3.8 9.3.5), as pieces to be written one after another: heads of 12 bytes and views of the
 * data set, which is not copied. The library copies it three times over.
 *
 * PDU = 04 00 | length (4) | PDV length (4) | presentation context id (1) | control (1) | fragment
 * @param maxBody maximum length of the variable field as the peer announced it; 0 for no limit
 */
export function* dataSetPdus(dataSet: Uint8Array, contextId: number, maxBody: number): Generator<Buffer> {
  const size = Math.min(maxBody === 0 ? MAX_BODY_BYTES : maxBody, MAX_BODY_BYTES) - 6
  for (let at = 0; at === 0 || at < dataSet.length; at += size) {
    const fragment = Buffer.from(dataSet.buffer, dataSet.byteOffset + at, Math.min(size, dataSet.length - at))
    const head = Buffer.alloc(12)
    head[0] = P_DATA_TF
    head.writeUInt32BE(fragment.length + 6, 2)
    head.writeUInt32BE(fragment.length + 2, 6)
    head[10] = contextId
    head[11] = at + size >= dataSet.length ? LAST_FRAGMENT : 0
    yield head
    yield fragment
  }
}
