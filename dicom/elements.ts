import { AppError } from '../core/errors/app-error.ts'
import { DataSet, type Element } from './data-set.ts'
import { vrOf } from './dictionary.ts'
import type { Limits } from './limits.ts'
import { tagPosition } from './tag.ts'

const ITEM = 0xfffee000
const ITEM_END = 0xfffee00d
const SEQUENCE_END = 0xfffee0dd
const PIXEL_DATA = 0x7fe00010
const UNDEFINED = 0xffffffff

/** VRs with a 16-bit length field in explicit VR (PS3.5 7.1.2, table 7.1-2). */
const SHORT = new Set('AE AS AT CS DA DS DT FL FD IS LO LT PN SH SL SS ST TM UI UL US'.split(' '))

export interface Encoding {
  explicit: boolean
  littleEndian: boolean
}

export interface WalkOptions {
  limits: Limits
  /** Stop before the first top-level element with a greater tag. */
  upTo?: number
  /** The bytes are only the head of the data set: what is cut off at the end is left out instead of refused. */
  headOnly?: boolean
}

/**
 * Walks a data set (PS3.5 7) and notes where each value lies. No value is copied, and every length is compared with
 * what is there before anything is made from it.
 *
 * element = tag (2+2) | explicit: VR (2) length (2) or VR (2) 00 00 length (4); implicit: length (4) | value
 * sequence = items until its length or (FFFE,E0DD); item = (FFFE,E000) length | elements until its length or (FFFE,E00D)
 *
 * Own walk because the library's reader was seen to hang and to take gigabytes on flipped bytes; a test holds both equal
 * on real files.
 * @throws AppError DICOM_TRUNCATED, DICOM_LIMIT, DICOM_ATTRIBUTE_VALUE (reason vr)
 */
export function walkDataSet(bytes: Uint8Array, start: number, encoding: Encoding, options: WalkOptions): DataSet {
  if (bytes.length > options.limits.maxBytes) throw new AppError('DICOM_LIMIT', { reason: 'bytes' })
  return new Walker(bytes, options).top(start, encoding)
}

class Walker {
  private readonly view: DataView
  private readonly bytes: Uint8Array
  private readonly options: WalkOptions
  private count = 0
  private at = 0

  constructor(bytes: Uint8Array, options: WalkOptions) {
    this.bytes = bytes
    this.options = options
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  top(start: number, encoding: Encoding): DataSet {
    this.at = start
    const set = new DataSet(this.bytes, encoding.littleEndian)
    try {
      while (this.at < this.bytes.length) {
        if (this.options.upTo !== undefined && this.peekTag(encoding) > this.options.upTo) break
        set.add(this.element(encoding, this.bytes.length, 0, set))
      }
    } catch (error) {
      if (!(this.options.headOnly && error instanceof AppError && error.code === 'DICOM_TRUNCATED')) throw error
    }
    return set
  }

  private element(encoding: Encoding, end: number, depth: number, owner: DataSet): Element {
    this.spend()
    const tag = this.tag(encoding, end)
    const [vr, length] = this.header(tag, encoding, end)
    const element: Element = { tag, vr, start: this.at, length }
    if (length === UNDEFINED && tag === PIXEL_DATA) {
      element.fragments = this.fragments(encoding, end)
      element.length = 0
    } else if (vr === 'SQ' || (length === UNDEFINED && vr === 'UN')) {
      // A UN of undefined length holds an implicit VR little endian sequence (PS3.5 6.2.2 note 2).
      const inner = vr === 'UN' && encoding.explicit ? { explicit: false, littleEndian: true } : encoding
      element.vr = 'SQ'
      element.items = this.items(tag, length, inner, end, depth + 1, owner)
      element.length = this.at - element.start
    } else if (length === UNDEFINED) {
      throw new AppError('DICOM_ATTRIBUTE_VALUE', { at: tagPosition(tag), reason: 'length' })
    } else {
      this.need(length, end, tag)
      this.at += length
    }
    return element
  }

  private header(tag: number, { explicit, littleEndian }: Encoding, end: number): [vr: string, length: number] {
    if (!explicit) {
      this.need(4, end, tag)
      const length = this.view.getUint32(this.at, littleEndian)
      this.at += 4
      return [length === UNDEFINED && tag !== PIXEL_DATA ? 'SQ' : vrOf(tag), length]
    }
    this.need(4, end, tag)
    const vr = String.fromCharCode(this.bytes[this.at]!, this.bytes[this.at + 1]!)
    if (!/^[A-Z]{2}$/.test(vr)) throw new AppError('DICOM_ATTRIBUTE_VALUE', { at: tagPosition(tag), reason: 'vr' })
    if (SHORT.has(vr)) {
      const length = this.view.getUint16(this.at + 2, littleEndian)
      this.at += 4
      return [vr, length]
    }
    this.need(8, end, tag)
    const length = this.view.getUint32(this.at + 4, littleEndian)
    this.at += 8
    return [vr, length]
  }

  private items(
    tag: number,
    length: number,
    encoding: Encoding,
    end: number,
    depth: number,
    owner: DataSet
  ): DataSet[] {
    if (depth > this.options.limits.maxDepth)
      throw new AppError('DICOM_LIMIT', { at: tagPosition(tag), reason: 'depth' })
    const stop = length === UNDEFINED ? end : this.at + length
    if (stop > end) throw new AppError('DICOM_TRUNCATED', { at: tagPosition(tag) })
    const items: DataSet[] = []
    while (length === UNDEFINED || this.at < stop) {
      this.spend()
      const mark = this.tag(encoding, stop)
      this.need(4, stop, tag)
      const itemLength = this.view.getUint32(this.at, encoding.littleEndian)
      this.at += 4
      if (mark === SEQUENCE_END && length === UNDEFINED) break
      if (mark !== ITEM) throw new AppError('DICOM_ATTRIBUTE_VALUE', { at: tagPosition(tag), reason: 'item' })
      items.push(this.item(itemLength, encoding, stop, depth, owner))
    }
    return items
  }

  private item(length: number, encoding: Encoding, end: number, depth: number, owner: DataSet): DataSet {
    const set = new DataSet(this.bytes, encoding.littleEndian, owner)
    const stop = length === UNDEFINED ? end : this.at + length
    if (stop > end) throw new AppError('DICOM_TRUNCATED', { at: '(FFFE,E000)' })
    while (length === UNDEFINED || this.at < stop) {
      if (length === UNDEFINED && this.peekTag(encoding) === ITEM_END) {
        this.need(8, stop, ITEM_END)
        this.at += 8
        break
      }
      set.add(this.element(encoding, stop, depth, set))
    }
    return set
  }

  /** Encapsulated pixel data (PS3.5 A.4): basic offset table, then fragments, then the sequence delimiter. */
  private fragments(encoding: Encoding, end: number): { start: number; length: number }[] {
    const fragments: { start: number; length: number }[] = []
    for (;;) {
      this.spend()
      const mark = this.tag(encoding, end)
      this.need(4, end, PIXEL_DATA)
      const length = this.view.getUint32(this.at, encoding.littleEndian)
      this.at += 4
      if (mark === SEQUENCE_END) return fragments
      if (mark !== ITEM) throw new AppError('DICOM_ATTRIBUTE_VALUE', { at: tagPosition(PIXEL_DATA), reason: 'item' })
      this.need(length, end, PIXEL_DATA)
      fragments.push({ start: this.at, length })
      this.at += length
    }
  }

  private tag({ littleEndian }: Encoding, end: number): number {
    this.need(4, end, 0)
    const group = this.view.getUint16(this.at, littleEndian)
    const element = this.view.getUint16(this.at + 2, littleEndian)
    this.at += 4
    return group * 0x10000 + element
  }

  private peekTag(encoding: Encoding): number {
    const tag = this.tag(encoding, this.bytes.length)
    this.at -= 4
    return tag
  }

  private need(count: number, end: number, tag: number): void {
    if (count > end - this.at) throw new AppError('DICOM_TRUNCATED', { at: tagPosition(tag) })
  }

  private spend(): void {
    if (++this.count > this.options.limits.maxElements) throw new AppError('DICOM_LIMIT', { reason: 'elements' })
  }
}
