import { AppError } from '../../../core/errors/app-error.ts'
import type { CodeStructure, HuffmanTable } from './sections/section-2.ts'

interface Node {
  zero?: Node
  one?: Node
  structure?: CodeStructure
}

/** Decodes `count` numbers of one lead's bytes. */
export type Decoder = (bytes: Uint8Array, count: number, at: string) => Int32Array

/**
 * Decoder of Huffman coded numbers, EN 1064 section 5.5 and Annex C.3.7; bits of a byte are taken from the highest.
 * Each lead begins with the first table. A code longer than its prefix: the further bits are a two's complement number,
 * added to the base value (0 in all tables met).
 *
 * @param tables none: the numbers are two bytes each, two's complement
 * @throws AppError DECODE_FAILED (huffman-table) for codes that begin with one another; by the decoder
 *   WAVEFORM_INCONSISTENT (data-length) when the bytes end too early, DECODE_FAILED (huffman-code) for a code of no table
 */
export function huffmanDecoder(tables: readonly HuffmanTable[]): Decoder {
  if (tables.length === 0) return decodeWords
  const trees = tables.map(treeOf)
  return (bytes, count, at) => {
    // The shortest code has one bit: nothing is allocated for numbers that cannot be there.
    if (count > bytes.length * 8) throw tooShort(at)
    const numbers = new Int32Array(count)
    const bits = bitsOf(bytes, at)
    let tree = trees[0]!
    for (let n = 0; n < count; ) {
      const { entireBits, prefixBits, isValue, baseValue } = nextStructure(tree, bits, at)
      if (isValue) numbers[n++] = baseValue + signed(bits, entireBits - prefixBits)
      else tree = trees[baseValue - 1]!
    }
    return numbers
  }
}

function decodeWords(bytes: Uint8Array, count: number, at: string): Int32Array {
  if (count * 2 > bytes.length) throw tooShort(at)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Int32Array.from({ length: count }, (_, n) => view.getInt16(n * 2, true))
}

const tooShort = (at: string): AppError => new AppError('WAVEFORM_INCONSISTENT', { at, reason: 'data-length' })

function treeOf(table: HuffmanTable): Node {
  const root: Node = {}
  for (const structure of table) {
    let node = root
    for (let bit = 0; bit < structure.prefixBits; bit++) {
      if (node.structure) throw ambiguous()
      const side = (structure.baseCode >>> bit) & 1 ? 'one' : 'zero'
      node = node[side] ??= {}
    }
    if (node.structure || node.zero || node.one) throw ambiguous()
    node.structure = structure
  }
  return root
}

const ambiguous = (): AppError => new AppError('DECODE_FAILED', { at: 'section 2', reason: 'huffman-table' })

type Bits = () => 0 | 1

function bitsOf(bytes: Uint8Array, at: string): Bits {
  let next = 0
  const end = bytes.length * 8
  return () => {
    if (next === end) throw tooShort(at)
    const bit = (bytes[next >> 3]! >> (7 - (next & 7))) & 1
    next++
    return bit as 0 | 1
  }
}

function nextStructure(tree: Node, bits: Bits, at: string): CodeStructure {
  let node: Node | undefined = tree
  while (node && !node.structure) node = bits() ? node.one : node.zero
  if (!node?.structure) throw new AppError('DECODE_FAILED', { at, reason: 'huffman-code' })
  return node.structure
}

/** `length` bits (at most 31) as two's complement; 0 when there are none. */
function signed(bits: Bits, length: number): number {
  if (length === 0) return 0
  let number = bits() ? -1 : 0
  for (let bit = 1; bit < length; bit++) number = (number << 1) | bits()
  return number
}
