import { AppError } from '../../../../core/errors/app-error.ts'
import { Cursor } from '../cursor.ts'

/** One row of a Huffman table. */
export interface CodeStructure {
  prefixBits: number
  entireBits: number
  /** false: this code stands for no value but for a change to the table of number `baseValue` (from 1). */
  isValue: boolean
  baseValue: number
  /** Its lowest bit comes first in the stream. */
  baseCode: number
}

export type HuffmanTable = readonly CodeStructure[]

const DEFAULT_TABLE_NUMBER = 19999
const MAX_TABLES = 256
/** The default table has 19; each structure may cost a tree of its prefix's depth. */
const MAX_STRUCTURES = 4096

/**
 * Section 2, Huffman tables. EN 1064 section 5.5.
 *
 * content = number of tables u16 (19999: the default table) | tables: number of structures u16 | structures:
 *           bits in prefix u8 | bits in entire code u8 | table mode switch u8 | base value i16 | base code u32
 *
 * @returns no tables when the samples are not Huffman coded
 * @throws AppError DECODE_FAILED (truncated, huffman-table)
 */
export function readHuffmanTables(content: Uint8Array | undefined): HuffmanTable[] {
  if (!content) return []
  const cursor = new Cursor(content, 'section 2')
  const count = cursor.u16()
  if (count === DEFAULT_TABLE_NUMBER) return [DEFAULT_TABLE]
  if (count > MAX_TABLES) throw invalid()
  const tables: HuffmanTable[] = []
  let structures = 0
  for (let n = 0; n < count; n++) {
    const length = cursor.u16()
    structures += length
    if (length === 0 || structures > MAX_STRUCTURES) throw invalid()
    tables.push(Array.from({ length }, () => readStructure(cursor)))
  }
  if (tables.flat().some(({ isValue, baseValue }) => !isValue && (baseValue < 1 || baseValue > count))) throw invalid()
  return tables
}

function readStructure(cursor: Cursor): CodeStructure {
  const structure = {
    prefixBits: cursor.u8(),
    entireBits: cursor.u8(),
    isValue: cursor.u8() !== 0,
    baseValue: cursor.i16(),
    baseCode: cursor.u32()
  }
  const { prefixBits, entireBits } = structure
  // A code of no bits would decode for ever.
  if (prefixBits < 1 || prefixBits > 32 || entireBits < prefixBits || entireBits - prefixBits > 31) throw invalid()
  return structure
}

const invalid = (): AppError => new AppError('DECODE_FAILED', { at: 'section 2', reason: 'huffman-table' })

const value = (prefixBits: number, entireBits: number, baseValue: number, baseCode: number): CodeStructure => ({
  prefixBits,
  entireBits,
  isValue: true,
  baseValue,
  baseCode
})

/** Default table of Annex C.3.7.6: |v| ones, a zero, the sign; nine ones: then a bit, and 8 or 16 bits of the value itself. */
export const DEFAULT_TABLE: HuffmanTable = [
  value(1, 1, 0, 0),
  ...[1, 2, 3, 4, 5, 6, 7, 8].flatMap((size) => {
    const ones = 2 ** size - 1
    return [value(size + 2, size + 2, size, ones), value(size + 2, size + 2, -size, ones + 2 ** (size + 1))]
  }),
  value(10, 18, 0, 2 ** 9 - 1),
  value(10, 26, 0, 2 ** 10 - 1)
]
