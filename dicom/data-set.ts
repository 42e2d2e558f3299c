import { AppError } from '../core/errors/app-error.ts'
import { withoutEnding } from '../core/text-end.ts'
import { decodeText } from './character-set.ts'
import { tagPosition } from './tag.ts'

const CHARACTER_SET = 0x00080005
/** VRs whose text follows (0008,0005). */
const LOCAL_TEXT = new Set(['SH', 'LO', 'ST', 'LT', 'UT', 'UC', 'PN', 'UN'])
/** Bytes of one value of the binary number VRs. */
const BINARY_BYTES: Record<string, number> = { US: 2, SS: 2, UL: 4, SL: 4, FL: 4, FD: 8, AT: 4 }

/** One element: where its value lies, and for sequences the items, for encapsulated pixel data the fragments. */
export interface Element {
  tag: number
  vr: string
  start: number
  length: number
  items?: DataSet[]
  fragments?: { start: number; length: number }[]
}

/** Elements of one data set or sequence item over the bytes they lie in; values are read when asked for. */
export class DataSet {
  readonly littleEndian: boolean
  private readonly bytes: Uint8Array
  private readonly parent?: DataSet
  private readonly elements = new Map<number, Element>()

  constructor(bytes: Uint8Array, littleEndian: boolean, parent?: DataSet) {
    this.bytes = bytes
    this.littleEndian = littleEndian
    this.parent = parent
  }

  add(element: Element): void {
    // The first of two elements with one tag counts: a later one cannot replace what was checked.
    if (!this.elements.has(element.tag)) this.elements.set(element.tag, element)
  }

  element(tag: number): Element | undefined {
    return this.elements.get(tag)
  }

  tags(): number[] {
    return [...this.elements.keys()]
  }

  /** The value's bytes (no copy); undefined when absent. */
  value(tag: number): Uint8Array | undefined {
    const element = this.elements.get(tag)
    return element && this.bytes.subarray(element.start, element.start + element.length)
  }

  /** Fragments of encapsulated pixel data, the offset table first (no copy). */
  fragments(tag: number): Uint8Array[] | undefined {
    const fragments = this.elements.get(tag)?.fragments
    return fragments?.map(({ start, length }) => this.bytes.subarray(start, start + length))
  }

  /** Items of a sequence; [] when absent or empty. */
  items(tag: number): DataSet[] {
    return this.elements.get(tag)?.items ?? []
  }

  /** Values of a text attribute, trimmed of padding; empty values stay as ''. [] when absent or empty. */
  texts(tag: number): string[] {
    const element = this.elements.get(tag)
    if (!element || element.length === 0 || element.items || element.fragments) return []
    const raw = this.value(tag)!
    const local = LOCAL_TEXT.has(element.vr)
    const text = local ? decodeText(raw, this.characterSets()) : Buffer.from(raw).toString('latin1')
    const single = element.vr === 'ST' || element.vr === 'LT' || element.vr === 'UT'
    return (single ? [text] : text.split('\\')).map((value) => withoutEnding(value, '\u0000').trim())
  }

  /** First value of a text attribute; undefined when absent or empty. */
  text(tag: number): string | undefined {
    return this.texts(tag)[0] || undefined
  }

  /** @throws AppError DICOM_ATTRIBUTE_MISSING */
  requiredText(tag: number): string {
    const text = this.text(tag)
    if (text === undefined) throw new AppError('DICOM_ATTRIBUTE_MISSING', { at: tagPosition(tag) })
    return text
  }

  /** Numbers of a DS, IS or binary attribute; undefined when absent or empty. @throws AppError DICOM_ATTRIBUTE_VALUE */
  numbers(tag: number): number[] | undefined {
    const element = this.elements.get(tag)
    if (!element || element.length === 0 || element.items || element.fragments) return undefined
    const size = BINARY_BYTES[element.vr]
    const numbers = size === undefined ? this.texts(tag).map(parseNumber) : this.binary(element, size)
    if (numbers.length === 0 || !numbers.every(Number.isFinite)) {
      throw new AppError('DICOM_ATTRIBUTE_VALUE', { at: tagPosition(tag), reason: 'number' })
    }
    return numbers
  }

  number(tag: number): number | undefined {
    return this.numbers(tag)?.[0]
  }

  /** @throws AppError DICOM_ATTRIBUTE_MISSING, DICOM_ATTRIBUTE_VALUE */
  requiredNumber(tag: number): number {
    const value = this.number(tag)
    if (value === undefined) throw new AppError('DICOM_ATTRIBUTE_MISSING', { at: tagPosition(tag) })
    return value
  }

  private characterSets(): string[] {
    const own = this.elements.get(CHARACTER_SET)
    if (own) return this.texts(CHARACTER_SET)
    return this.parent?.characterSets() ?? []
  }

  private binary(element: Element, size: number): number[] {
    const count = Math.floor(element.length / size)
    // A number attribute with very many values is a table, and none of those is read as numbers here.
    if (count > 4096) throw new AppError('DICOM_LIMIT', { at: tagPosition(element.tag), reason: 'values' })
    const view = new DataView(this.bytes.buffer, this.bytes.byteOffset + element.start, element.length)
    return Array.from({ length: count }, (_, i) => readBinary(view, i * size, element.vr, this.littleEndian))
  }
}

function readBinary(view: DataView, at: number, vr: string, little: boolean): number {
  switch (vr) {
    case 'US':
      return view.getUint16(at, little)
    case 'SS':
      return view.getInt16(at, little)
    case 'SL':
      return view.getInt32(at, little)
    case 'FL':
      return view.getFloat32(at, little)
    case 'FD':
      return view.getFloat64(at, little)
    case 'AT':
      return view.getUint16(at, little) * 0x10000 + view.getUint16(at + 2, little)
    default:
      return view.getUint32(at, little)
  }
}

/** DS and IS (PS3.5 6.2); an empty value among several is not a number. */
function parseNumber(text: string): number {
  return /^[+-]?(\d+(?:\.\d*)?|\.\d+)([eE][+-]?\d+)?$/.test(text) ? Number(text) : Number.NaN
}
