import { buildPart10 } from '../part10.ts'
import { encodingOf } from '../read.ts'

/** One attribute in bytes-to-be: text, bytes (already in the byte order of the syntax), numbers, or items. */
export type TestRow = readonly [
  tag: number,
  vr: string,
  value: string | Uint8Array | readonly number[] | readonly (readonly TestRow[])[]
]

const LONG = new Set(['OB', 'OW', 'SQ', 'UN', 'UT'])
const NUMBER_BYTES: Record<string, number> = { US: 2, SS: 2, UL: 4, SL: 4, FD: 8 }

/** A Part 10 file in any native transfer syntax, for what the product's own writer does not write. */
export function encodeFile(
  rows: readonly TestRow[],
  transferSyntaxUid: string,
  { undefinedLengths = false }: { undefinedLengths?: boolean } = {}
): Uint8Array {
  const uid = (tag: number): string => String(rows.find(([t]) => t === tag)?.[2] ?? '1.2')
  const meta = { sopClassUid: uid(0x00080016), sopInstanceUid: uid(0x00080018), transferSyntaxUid }
  return buildPart10(meta, encodeRows(rows, transferSyntaxUid, undefinedLengths))
}

export function encodeRows(rows: readonly TestRow[], transferSyntaxUid: string, undefinedLengths = false): Buffer {
  const { explicit, littleEndian } = encodingOf(transferSyntaxUid)
  const u16 = (n: number): Buffer => number(n, 2, littleEndian)
  const u32 = (n: number): Buffer => number(n, 4, littleEndian)
  const tagOf = (tag: number): Buffer => Buffer.concat([u16(Math.floor(tag / 0x10000)), u16(tag % 0x10000)])
  const wrap = (tag: number, body: Buffer, end: number): Buffer =>
    undefinedLengths
      ? Buffer.concat([tagOf(tag), u32(0xffffffff), body, tagOf(end), u32(0)])
      : Buffer.concat([tagOf(tag), u32(body.length), body])
  const encode = ([tag, vr, value]: TestRow): Buffer => {
    if (vr === 'SQ') {
      const items = (value as readonly (readonly TestRow[])[]).map((item) =>
        wrap(0xfffee000, Buffer.concat(item.map(encode)), 0xfffee00d)
      )
      const body = Buffer.concat([...items, ...(undefinedLengths ? [tagOf(0xfffee0dd), u32(0)] : [])])
      const length = u32(undefinedLengths ? 0xffffffff : body.length)
      return Buffer.concat([tagOf(tag), ...(explicit ? [Buffer.from('SQ\0\0')] : []), length, body])
    }
    const body = valueBytes(vr, value as string | Uint8Array | readonly number[], littleEndian)
    if (!explicit) return Buffer.concat([tagOf(tag), u32(body.length), body])
    if (LONG.has(vr)) return Buffer.concat([tagOf(tag), Buffer.from(`${vr}\0\0`), u32(body.length), body])
    return Buffer.concat([tagOf(tag), Buffer.from(vr), u16(body.length), body])
  }
  return Buffer.concat(rows.map(encode))
}

function valueBytes(vr: string, value: string | Uint8Array | readonly number[], littleEndian: boolean): Buffer {
  if (typeof value === 'string') {
    const bytes = Buffer.from(value, 'utf8')
    return bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.from(vr === 'UI' ? '\0' : ' ')])
  }
  if (value instanceof Uint8Array) return Buffer.from(value.length % 2 === 0 ? value : [...value, 0])
  return Buffer.concat(
    value.map((n) => (vr === 'FD' ? double(n, littleEndian) : number(n, NUMBER_BYTES[vr]!, littleEndian)))
  )
}

function number(value: number, bytes: number, littleEndian: boolean): Buffer {
  const out = Buffer.alloc(bytes)
  const unsigned = value < 0 ? value + 2 ** (bytes * 8) : value
  if (littleEndian) out.writeUIntLE(unsigned, 0, bytes)
  else out.writeUIntBE(unsigned, 0, bytes)
  return out
}

function double(value: number, littleEndian: boolean): Buffer {
  const out = Buffer.alloc(8)
  if (littleEndian) out.writeDoubleLE(value)
  else out.writeDoubleBE(value)
  return out
}
