/**
 * Messages of a file. HL7 v2.5.1 section 2.10.3 (batch protocol):
 *
 * [FHS] { [BHS] { message } [BTS] } [FTS]
 *
 * Also plain files with several messages, any line end, and files that keep MLLP block characters. The parts are views
 * of the given bytes, untouched but for what stands between messages.
 *
 * @returns one part for each MSH; the whole when there is none (so that its reader refuses it by code); [] for nothing
 */
export function splitMessages(bytes: Uint8Array): Uint8Array[] {
  const starts = segmentStarts(bytes)
  const parts: Uint8Array[] = []
  starts.forEach(({ at, name }, i) => {
    if (name !== 'MSH') return
    const part = bytes.subarray(at, withoutBlockEnd(bytes, at, starts[i + 1]?.at ?? bytes.length))
    parts.push(part)
  })
  if (parts.length > 0) return parts
  return bytes.some((byte) => byte > 0x20) ? [bytes] : []
}

const ENVELOPES = new Set(['MSH', 'FHS', 'BHS', 'BTS', 'FTS'])
const isLineEnd = (byte: number | undefined): boolean => byte === 0x0d || byte === 0x0a

function segmentStarts(bytes: Uint8Array): { at: number; name: string }[] {
  const starts: { at: number; name: string }[] = []
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
  for (let at = hasMark ? 3 : 0; at < bytes.length; at = nextLine(bytes, at)) {
    if (bytes[at] === 0x0b) at++
    const name = String.fromCharCode(bytes[at] ?? 0, bytes[at + 1] ?? 0, bytes[at + 2] ?? 0)
    const isSegment = !/[A-Za-z0-9]/.test(String.fromCharCode(bytes[at + 3] ?? 0x7c))
    if (ENVELOPES.has(name) && isSegment) starts.push({ at, name })
  }
  return starts
}

function nextLine(bytes: Uint8Array, from: number): number {
  let at = from
  while (at < bytes.length && !isLineEnd(bytes[at])) at++
  while (at < bytes.length && isLineEnd(bytes[at])) at++
  return Math.max(at, from + 1)
}

/** Drops VT, FS CR and empty lines behind the message; its own last line end stays. */
function withoutBlockEnd(bytes: Uint8Array, from: number, to: number): number {
  let end = to
  const isFiller = (byte: number | undefined): boolean => byte === 0x0b || byte === 0x1c || isLineEnd(byte)
  while (end > from && isFiller(bytes[end - 1])) end--
  if (bytes[end] === 0x0d && bytes[end + 1] === 0x0a) return Math.min(end + 2, to)
  return isLineEnd(bytes[end]) ? Math.min(end + 1, to) : end
}
