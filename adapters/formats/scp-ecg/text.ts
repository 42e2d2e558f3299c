/** Language support code, byte 17 of tag 14: EN 1064 section 5.4.3.3, table of character sets. */
export type Charset = number

/** By the code's low bits: ...0 ASCII, ..01 ISO 8859-1, others by the whole byte. */
const SETS: ReadonlyMap<Charset, string> = new Map([
  [0x03, 'iso-8859-2'],
  [0x0b, 'iso-8859-4'],
  [0x13, 'iso-8859-5'],
  [0x1b, 'iso-8859-6'],
  [0x23, 'iso-8859-7'],
  [0x2b, 'iso-8859-8'],
  [0x33, 'windows-874'],
  [0x3b, 'iso-8859-15'],
  [0x07, 'utf-16le'],
  [0x0f, 'euc-jp'],
  [0x17, 'euc-jp'],
  [0x1f, 'euc-jp'],
  [0x27, 'gb18030'],
  [0x2f, 'euc-kr']
])

/**
 * A text field up to its zero byte, without blanks around it; undefined when it is empty.
 * Deviation: ASCII and unknown codes are read as ISO 8859-1, which is ASCII and keeps what writers add to it.
 */
export function textOf(value: Uint8Array | undefined, charset: Charset): string | undefined {
  if (!value) return undefined
  const label = SETS.get(charset)
  const isWide = label === 'utf-16le'
  const end = isWide ? -1 : value.indexOf(0)
  const bytes = end < 0 ? value : value.subarray(0, end)
  const text = label ? new TextDecoder(label).decode(bytes) : Buffer.from(bytes).toString('latin1')
  const whole = isWide ? text.split('\0', 1)[0]! : text
  return whole.trim() || undefined
}
