import { deflateRawSync } from 'node:zlib'
import { TRANSFER_SYNTAX } from '../../../dicom/uids.ts'
import { mutateBytes } from './bytes.ts'
import type { Random } from './random.ts'

export interface Damaged {
  dataSet: Buffer
  transferSyntaxUid: string
}

const short = (group: number, element: number, vr: string, value: Buffer): Buffer => {
  const head = Buffer.alloc(8)
  head.writeUInt16LE(group, 0)
  head.writeUInt16LE(element, 2)
  head.write(vr, 4, 'latin1')
  head.writeUInt16LE(value.length, 6)
  return Buffer.concat([head, value])
}
const u16 = (value: number): Buffer => Buffer.from([value & 0xff, (value >> 8) & 0xff])
const u32 = (value: number): Buffer =>
  Buffer.from([value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff, value >>> 24])

/** Where the value of an explicit little-endian element begins and how long it is; undefined when it is not there. */
function findValue(
  dataSet: Buffer,
  group: number,
  element: number,
  vr: string
): { at: number; length: number } | undefined {
  const mark = Buffer.concat([u16(group), u16(element), Buffer.from(vr, 'latin1')])
  const at = dataSet.indexOf(mark)
  return at < 0 || at + 8 > dataSet.length ? undefined : { at: at + 8, length: dataSet.readUInt16LE(at + 6) }
}

function setShort(dataSet: Buffer, tag: readonly [group: number, element: number, vr: string], value: Buffer): Buffer {
  const found = findValue(dataSet, ...tag)
  const made = short(...tag, value)
  if (!found) return Buffer.concat([dataSet, made])
  return Buffer.concat([dataSet.subarray(0, found.at - 8), made, dataSet.subarray(found.at + found.length)])
}

const DIMENSIONS: readonly (readonly [number, number, string])[] = [
  [0x0028, 0x0010, 'US'],
  [0x0028, 0x0011, 'US'],
  [0x0028, 0x0100, 'US'],
  [0x0028, 0x0002, 'US'],
  [0x003a, 0x0005, 'US'],
  [0x003a, 0x0010, 'UL'],
  [0x5400, 0x1004, 'US']
]
const TEXTS: readonly (readonly [number, number, string])[] = [
  [0x0008, 0x0005, 'CS'],
  [0x0008, 0x0016, 'UI'],
  [0x0008, 0x0018, 'UI'],
  [0x0010, 0x0010, 'PN'],
  [0x0010, 0x0020, 'LO'],
  [0x0010, 0x0030, 'DA'],
  [0x0020, 0x000d, 'UI'],
  [0x0020, 0x000e, 'UI'],
  [0x0028, 0x0008, 'IS'],
  [0x0020, 0x0032, 'DS'],
  [0x0018, 0x1060, 'DS']
]
const EVIL_TEXTS = [
  '../../../../tmp/x',
  '/etc/passwd',
  'C:\\Windows\\x',
  'a\0b',
  '9'.repeat(300),
  '2147483648',
  '9007199254740993',
  '-1',
  '0',
  '1e400',
  'NaN',
  '\\'.repeat(500),
  'ISO 2022 IR 87\\ISO 2022 IR 13',
  'ISO_IR 192\\GB18030',
  '=^=^=',
  '\x1b$B%\x1b(B',
  ''
]

const CHANGES: readonly ((dataSet: Buffer, random: Random, number: number) => Buffer)[] = [
  (dataSet, random) => mutateBytes(dataSet, random),
  (dataSet, random) => mutateBytes(dataSet, random),
  // Every offset in turn, over the run.
  (dataSet, _random, number) => dataSet.subarray(0, number % dataSet.length),
  (dataSet, random) =>
    setShort(
      dataSet,
      random.pick(DIMENSIONS),
      random.pick([u16(0), u16(0xffff), u32(0xffffffff), u32(0x80000000), u16(1), Buffer.alloc(0)])
    ),
  (dataSet, random) => {
    const text = Buffer.from(random.pick(EVIL_TEXTS), 'latin1')
    return setShort(dataSet, random.pick(TEXTS), text.length % 2 === 0 ? text : Buffer.concat([text, Buffer.from(' ')]))
  },
  // A sequence in a sequence ..., of undefined length and never closed.
  (dataSet, random) => {
    const level = Buffer.concat([
      Buffer.from([0x40, 0x00, 0x75, 0x02]),
      Buffer.from('SQ\0\0'),
      u32(0xffffffff),
      Buffer.from([0xfe, 0xff, 0x00, 0xe0]),
      u32(0xffffffff)
    ])
    return Buffer.concat([dataSet, ...Array<Buffer>(random.pick([1, 15, 16, 17, 1000, 10_000])).fill(level)])
  },
  // An element that claims more than there is.
  (dataSet, random) =>
    Buffer.concat([
      dataSet,
      Buffer.from([0xe0, 0x7f, 0x10, 0x00]),
      Buffer.from('OW\0\0'),
      u32(random.pick([0xfffffffe, 0xffffffff, 0x7fffffff, 1 << 30]))
    ]),
  // Very many small elements.
  (dataSet, random) =>
    Buffer.concat([
      dataSet,
      ...Array<Buffer>(random.pick([10, 1000, 20_000])).fill(short(0x5555, 0x1010, 'US', u16(1)))
    ])
]

/** Compressed small, undeflated beyond every limit; made once, it takes a second. */
const bombs = new Map<number, Buffer>()
function bomb(bytes: number): Buffer {
  const made = bombs.get(bytes) ?? deflateRawSync(Buffer.alloc(bytes), { level: 1 })
  bombs.set(bytes, made)
  return made
}

/** A data set after some changes; now and then as a deflated one, a bomb among them. */
export function damage(dataSet: Buffer, transferSyntaxUid: string, random: Random, number: number): Damaged {
  if (random.chance(0.002)) {
    return { dataSet: bomb(random.pick([20, 100, 300, 600]) * 2 ** 20), transferSyntaxUid: TRANSFER_SYNTAX.deflated }
  }
  let damaged = dataSet
  for (let n = random.count(3); n > 0 && damaged.length > 0; n--)
    damaged = random.pick(CHANGES)(damaged, random, number)
  if (!random.chance(0.05)) return { dataSet: damaged, transferSyntaxUid }
  // The head of a valid object, then zeros without end: the bomb that a look at the head lets through.
  const zeros = Buffer.alloc(random.chance(0.05) ? 2 ** 27 : random.below(100_000))
  const deflated = deflateRawSync(Buffer.concat([damaged, zeros]), { level: 1 })
  return {
    dataSet: random.chance(0.3) ? mutateBytes(deflated, random) : deflated,
    transferSyntaxUid: TRANSFER_SYNTAX.deflated
  }
}
