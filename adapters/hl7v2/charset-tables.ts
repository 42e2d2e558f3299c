/**
 * Code tables made from the ICU of this Node by decoding every code once (Node encodes to UTF-8 only). Made at first
 * use, some 20 ms for the largest, then kept.
 */
const decodingTables = new Map<string, string[]>()
const encodingTables = new Map<string, Map<string, number[]>>()

/** Letters of the 256 codes of a single-byte set; 0x80-0x9F are the C1 controls of ISO 8859. */
export function decodingTable(label: string): string[] {
  let table = decodingTables.get(label)
  if (!table) {
    const decoder = new TextDecoder(label)
    table = Array.from({ length: 256 }, (_, code) =>
      code < 0xa0 || label === 'iso-8859-1' ? String.fromCharCode(code) : decoder.decode(Uint8Array.of(code))
    )
    decodingTables.set(label, table)
  }
  return table
}

/** Codes (bytes) of the letters above ASCII of a set. For iso-2022-jp the two bytes stand without their shifts. */
export function encodingTable(label: string): Map<string, number[]> {
  let table = encodingTables.get(label)
  if (!table) {
    table = new Map<string, number[]>()
    const decoder = new TextDecoder(label)
    for (const code of codesOf(label)) {
      const bytes = label === 'iso-2022-jp' ? [0x1b, 0x24, 0x42, ...code] : code
      const letter =
        label.startsWith('iso-8859') && code.length === 1
          ? decodingTable(label)[code[0]!]!
          : decoder.decode(Uint8Array.from(bytes))
      const isOneLetter = [...letter].length === 1 && !letter.includes('\ufffd') && letter > '\x7f'
      // The first code of a letter counts: in the sets read here that is the regular one.
      if (isOneLetter && !table.has(letter)) table.set(letter, code)
    }
    encodingTables.set(label, table)
  }
  return table
}

function* codesOf(label: string): Generator<number[]> {
  if (label === 'iso-2022-jp') {
    for (let row = 0x21; row <= 0x7e; row++) for (let cell = 0x21; cell <= 0x7e; cell++) yield [row, cell]
    return
  }
  for (let code = 0x80; code <= 0xff; code++) yield [code]
  if (label.startsWith('iso-8859')) return
  for (let lead = 0x81; lead <= 0xfe; lead++) for (let trail = 0x40; trail <= 0xfe; trail++) yield [lead, trail]
  if (label !== 'gb18030') return
  // The four-byte codes of the basic plane.
  for (let a = 0x81; a <= 0x84; a++)
    for (let b = 0x30; b <= 0x39; b++)
      for (let c = 0x81; c <= 0xfe; c++) for (let d = 0x30; d <= 0x39; d++) yield [a, b, c, d]
}
