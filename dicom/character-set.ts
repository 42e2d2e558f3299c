import { ownValue } from '../core/own-value.ts'

/**
 * Specific Character Set (0008,0005), PS3.3 C.12.1.1.2, as labels of the WHATWG Encoding standard.
 * Deviation: of several values the first multi-byte one decides, which reads the code extensions met in practice
 * (ISO 2022 Japanese, Korean, Chinese); undecodable bytes become U+FFFD, never an error.
 */
const LABELS: Record<string, string> = {
  'ISO_IR 6': 'latin1',
  'ISO_IR 100': 'latin1',
  'ISO_IR 101': 'iso-8859-2',
  'ISO_IR 109': 'iso-8859-3',
  'ISO_IR 110': 'iso-8859-4',
  'ISO_IR 144': 'iso-8859-5',
  'ISO_IR 127': 'iso-8859-6',
  'ISO_IR 126': 'iso-8859-7',
  'ISO_IR 138': 'iso-8859-8',
  'ISO_IR 148': 'windows-1254',
  'ISO_IR 203': 'iso-8859-15',
  'ISO_IR 166': 'windows-874',
  'ISO_IR 13': 'shift_jis',
  'ISO_IR 192': 'utf-8',
  'ISO_IR 87': 'iso-2022-jp',
  'ISO_IR 159': 'iso-2022-jp',
  'ISO_IR 149': 'euc-kr',
  'ISO_IR 58': 'gb2312',
  GB18030: 'gb18030',
  GBK: 'gbk'
}
const MULTI_BYTE = new Set(['utf-8', 'iso-2022-jp', 'euc-kr', 'gb2312', 'gb18030', 'gbk'])
/** The escape sequences of G1 designations, which euc-kr and gb2312 decoders do not know. */
const G1_ESCAPE = /\u001b\$\)[AC]|\u001b\([BJ]|\u001b-[A-Z]/g

/** Text of a value whose data set names these character sets. */
export function decodeText(bytes: Uint8Array, characterSets: readonly string[]): string {
  const labels = characterSets.map(
    (name) => ownValue(LABELS, name.replace(/^ISO 2022 IR/, 'ISO_IR').trim()) ?? 'latin1'
  )
  const label = labels.find((name) => MULTI_BYTE.has(name)) ?? labels[0] ?? 'latin1'
  return new TextDecoder(label).decode(bytes).replace(G1_ESCAPE, '')
}
