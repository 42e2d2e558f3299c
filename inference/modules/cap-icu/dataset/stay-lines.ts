const LF = 0x0a
const CR = 0x0d
const COMMA = 0x2c

/**
 * The lines of a long table by their first field, without a string for each: a table of stays has millions of lines, and no
 * order is promised. Lines are cut from the bytes when a stay is asked for.
 */
export interface StayLines {
  /** First fields in the order in which they first come. */
  ids: Iterable<string>
  /** What follows the first comma of each line of the stay, in the order of the file; none for an unknown one. */
  linesOf(id: string): string[]
}

/** @param bytes of a table with a header line and no quoted fields; LF or CRLF */
export function indexStays(bytes: Buffer): StayLines {
  const starts = new Map<string, number[]>()
  let last: { from: number; length: number; list: number[] } | undefined
  let at = bytes.indexOf(LF) + 1
  // No line end at all: a header without rows.
  for (let end = 0; at > 0 && at < bytes.length; at = end + 1) {
    end = bytes.indexOf(LF, at)
    if (end < 0) end = bytes.length
    const comma = bytes.indexOf(COMMA, at)
    if (comma < 0 || comma >= end) continue
    // Most lines belong to the same stay as the line before.
    const isSame =
      last !== undefined &&
      last.length === comma - at &&
      bytes.compare(bytes, at, comma, last.from, last.from + last.length) === 0
    if (!isSame) {
      const id = bytes.toString('latin1', at, comma)
      const list = starts.get(id) ?? []
      starts.set(id, list)
      last = { from: at, length: comma - at, list }
    }
    last!.list.push(comma + 1)
  }
  return {
    ids: starts.keys(),
    linesOf: (id) =>
      (starts.get(id) ?? []).map((from) => {
        const next = bytes.indexOf(LF, from)
        const end = next < 0 ? bytes.length : next
        return bytes.toString('latin1', from, bytes[end - 1] === CR ? end - 1 : end)
      })
  }
}
