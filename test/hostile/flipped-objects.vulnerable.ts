/** Elements one after the other, as their lengths say. For flipped-objects.test.ts only. */
export function believing(file: Uint8Array): unknown {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const found: number[] = []
  for (let at = 132; at < file.length; ) {
    const isLong = ['OB', 'OW', 'SQ', 'UN', 'UT'].includes(String.fromCharCode(file[at + 4]!, file[at + 5]!))
    found.push(view.getUint32(at, true))
    at += isLong ? 12 + view.getUint32(at + 8, true) : 8 + view.getUint16(at + 6, true)
  }
  return found
}
