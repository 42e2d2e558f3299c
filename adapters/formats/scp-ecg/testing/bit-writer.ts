import type { CodeStructure, HuffmanTable } from '../sections/section-2.ts'

/** Numbers as Huffman codes, the highest bit of a byte first; the last byte is filled with zeros. */
export function encodeHuffman(numbers: Iterable<number>, tables: readonly HuffmanTable[]): Buffer {
  const bits: number[] = []
  let table = tables[0]!
  for (const number of numbers) {
    let structure = structureFor(table, number)
    if (!structure) {
      const change = table.find(({ isValue, baseValue }) => !isValue && structureFor(tables[baseValue - 1]!, number))!
      pushPrefix(bits, change)
      table = tables[change.baseValue - 1]!
      structure = structureFor(table, number)!
    }
    pushPrefix(bits, structure)
    const rest = structure.entireBits - structure.prefixBits
    for (let bit = rest - 1; bit >= 0; bit--) bits.push(((number - structure.baseValue) >> bit) & 1)
  }
  const bytes = Buffer.alloc(Math.ceil(bits.length / 8))
  for (const [n, bit] of bits.entries()) bytes[n >> 3]! |= bit << (7 - (n & 7))
  return bytes
}

/** The shortest code of the table that holds the number. */
function structureFor(table: HuffmanTable, number: number): CodeStructure | undefined {
  return table
    .filter(({ isValue, prefixBits, entireBits, baseValue }) => {
      const rest = entireBits - prefixBits
      const offset = number - baseValue
      return isValue && (rest === 0 ? offset === 0 : offset >= -(2 ** (rest - 1)) && offset < 2 ** (rest - 1))
    })
    .sort((a, b) => a.entireBits - b.entireBits)[0]
}

function pushPrefix(bits: number[], { prefixBits, baseCode }: CodeStructure): void {
  for (let bit = 0; bit < prefixBits; bit++) bits.push((baseCode >>> bit) & 1)
}
