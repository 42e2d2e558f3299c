import { crcCcitt } from '../crc-ccitt.ts'
import { RECORD_HEADER_BYTES, SECTION_HEADER_BYTES } from '../record.ts'
import { stretchesOf } from '../reduced-rate.ts'
import { DEFAULT_TABLE, type HuffmanTable } from '../sections/section-2.ts'
import type { ProtectedZone, QrsLocation } from '../sections/section-4.ts'
import { encodeHuffman } from './bit-writer.ts'

/** A simulated record. Samples are whole bits of `nanovoltsPerBit`. */
export interface ScpInput {
  leads: { code: number; first?: number; samples: ArrayLike<number> }[]
  nanovoltsPerBit: number
  intervalUs: number
  difference?: 0 | 1 | 2
  /** Default 'default'; 'none': two bytes a number. */
  tables?: 'none' | 'default' | readonly HuffmanTable[]
  /** Reference beat of each lead, with the same multiplier and interval as the rhythm. */
  beat?: {
    samples: ArrayLike<number>[]
    fiducial: number
    complexes: QrsLocation[]
    isSubtracted: boolean
  }
  /** Outside of the zones one number for `factor` samples; needs a beat, whose interval is the full one. */
  bimodal?: { factor: 1 | 2 | 4; zones: ProtectedZone[] }
  /** Section 1: tag and value; default: patient T-100, 2026-03-10 08:15:00. */
  fields?: [tag: number, value: Uint8Array][]
  /** Whole contents of further sections, by number. */
  sections?: [id: number, content: Uint8Array][]
  protocol?: number
}

const u8 = (value: number): Buffer => Buffer.from([value])
const u16 = (value: number): Buffer => Buffer.from([value & 0xff, (value >> 8) & 0xff])
const u32 = (value: number): Buffer => Buffer.concat([u16(value), u16(Math.floor(value / 65536))])

export const text = (value: string): Buffer => Buffer.from(`${value}\0`, 'latin1')
export const date = (year: number, month: number, day: number): Buffer =>
  Buffer.concat([u16(year), Buffer.from([month, day])])

export const DEFAULT_FIELDS: NonNullable<ScpInput['fields']> = [
  [0, text('Testmann')],
  [1, text('Anna')],
  [2, text('T-100')],
  [5, date(1951, 3, 9)],
  [8, u8(2)],
  [25, date(2026, 3, 10)],
  [26, Buffer.from([8, 15, 0])]
]

/** An SCP-ECG record of version 2 (EN 1064), its checksums right. */
export function encodeScp(input: ScpInput): Buffer {
  const { fields = DEFAULT_FIELDS, tables = 'default', sections = [], protocol = 20 } = input
  const contents: [number, Buffer][] = [
    [
      1,
      Buffer.concat([
        ...fields.flatMap(([tag, value]) => [u8(tag), u16(value.length), value]),
        Buffer.from([255, 0, 0])
      ])
    ],
    ...(tables === 'none' ? [] : [[2, encodeTables(tables)] as [number, Buffer]]),
    [3, encodeLeads(input)],
    ...(input.beat
      ? [[4, encodeLocations(input)] as [number, Buffer], [5, encodeBeat(input)] as [number, Buffer]]
      : []),
    [6, encodeRhythm(input)],
    ...sections.map(([id, content]): [number, Buffer] => [id, Buffer.from(content)])
  ]
  return assemble(contents, protocol)
}

/** Puts sections 0 ... together; sections 0-11 always have a pointer. */
export function assemble(contents: [id: number, content: Uint8Array][], protocol = 20): Buffer {
  const ids = [...new Set([...Array.from({ length: 12 }, (_, id) => id), ...contents.map(([id]) => id)])]
  const bodies = new Map(contents.map(([id, content]) => [id, evenOf(content)]))
  const lengthOf = (id: number): number => {
    const body = bodies.get(id)
    return id === 0 ? SECTION_HEADER_BYTES + ids.length * 10 : body ? SECTION_HEADER_BYTES + body.length : 0
  }
  let index = RECORD_HEADER_BYTES + 1
  const pointers = ids.map((id) => {
    const length = lengthOf(id)
    const pointer = Buffer.concat([u16(id), u32(length), u32(length ? index : 0)])
    index += length
    return pointer
  })
  bodies.set(0, Buffer.concat(pointers))
  const parts = ids.flatMap((id) => {
    const body = bodies.get(id)
    const mark = id === 0 ? Buffer.from('SCPECG') : Buffer.alloc(6)
    return body ? [withCrc(Buffer.concat([u16(id), u32(lengthOf(id)), u8(protocol), u8(protocol), mark, body]))] : []
  })
  const all = Buffer.concat(parts)
  return withCrc(Buffer.concat([u32(all.length + RECORD_HEADER_BYTES), all]))
}

const withCrc = (bytes: Buffer): Buffer => Buffer.concat([u16(crcCcitt(bytes)), bytes])

const evenOf = (content: Uint8Array): Buffer => Buffer.concat([content, Buffer.alloc(content.length % 2)])

/** The record with all its checksums made right again, where its pointers still allow it. */
export function repairChecksums(record: Uint8Array): Buffer {
  const bytes = Buffer.from(record)
  if (bytes.length < 32) return bytes
  const zeroEnd = Math.min(RECORD_HEADER_BYTES + bytes.readUInt32LE(10), bytes.length)
  for (let at = 22; at + 10 <= zeroEnd; at += 10) {
    const length = bytes.readUInt32LE(at + 2)
    const from = bytes.readUInt32LE(at + 6) - 1
    if (length >= SECTION_HEADER_BYTES && from >= 0 && from + length <= bytes.length) {
      bytes.writeUInt16LE(crcCcitt(bytes.subarray(from + 2, from + length)), from)
    }
  }
  const size = bytes.readUInt32LE(2)
  if (size >= 6 && size <= bytes.length) bytes.writeUInt16LE(crcCcitt(bytes.subarray(2, size)), 0)
  return bytes
}

function encodeTables(tables: 'default' | readonly HuffmanTable[]): Buffer {
  if (tables === 'default') return u16(19999)
  const structures = (table: HuffmanTable): Buffer[] =>
    table.map(({ prefixBits, entireBits, isValue, baseValue, baseCode }) =>
      Buffer.concat([Buffer.from([prefixBits, entireBits, isValue ? 1 : 0]), u16(baseValue), u32(baseCode)])
    )
  return Buffer.concat([u16(tables.length), ...tables.flatMap((table) => [u16(table.length), ...structures(table)])])
}

function encodeLeads({ leads, beat }: ScpInput): Buffer {
  const flags = (beat?.isSubtracted ? 1 : 0) | 4 | (Math.min(leads.length, 31) << 3)
  return Buffer.concat([
    Buffer.from([leads.length, flags]),
    ...leads.map(({ code, first = 1, samples }) =>
      Buffer.concat([u32(first), u32(first + samples.length - 1), u8(code)])
    )
  ])
}

function encodeLocations({ beat, bimodal, intervalUs }: ScpInput): Buffer {
  const { samples, fiducial, complexes } = beat!
  const zones = bimodal?.zones ?? []
  return Buffer.concat([
    u16(Math.ceil((samples[0]!.length * intervalUs) / 1000)),
    u16(fiducial),
    u16(complexes.length),
    ...complexes.map(({ type, from, fiducial: at, to }) => Buffer.concat([u16(type), u32(from), u32(at), u32(to)])),
    ...complexes.map((_, n) => Buffer.concat([u32(zones[n]?.from ?? 0), u32(zones[n]?.to ?? 0)]))
  ])
}

const encodeBeat = (input: ScpInput): Buffer => leadData(input, input.intervalUs, false, input.beat!.samples)

function encodeRhythm(input: ScpInput): Buffer {
  const { leads, beat, bimodal, intervalUs } = input
  const stored = leads.map(({ samples, first = 1 }, index) => {
    const residual = Array.from(samples)
    if (beat?.isSubtracted) subtract(residual, first, beat.samples[index]!, beat)
    return bimodal ? reduce(residual, first, bimodal) : residual
  })
  return leadData(input, intervalUs * (bimodal?.factor ?? 1), bimodal !== undefined, stored)
}

function subtract(
  residual: number[],
  first: number,
  beat: ArrayLike<number>,
  { complexes, fiducial }: NonNullable<ScpInput['beat']>
): void {
  for (const complex of complexes.filter(({ type }) => type === 0)) {
    for (let number = complex.from; number <= complex.to; number++) {
      const inBeat = beat[fiducial + number - complex.fiducial - 1]
      if (inBeat !== undefined && residual[number - first] !== undefined) residual[number - first]! -= inBeat
    }
  }
}

function reduce(samples: number[], first: number, { factor, zones }: NonNullable<ScpInput['bimodal']>): number[] {
  const stored: number[] = []
  let at = 0
  for (const { isReduced, length } of stretchesOf(first, first + samples.length - 1, zones)) {
    const part = samples.slice(at, at + length)
    at += length
    const groups = isReduced ? Math.floor(length / factor) : 0
    for (let n = 0; n < groups; n++) {
      const group = part.slice(n * factor, (n + 1) * factor)
      stored.push(Math.round(group.reduce((sum, value) => sum + value, 0) / factor))
    }
    stored.push(...part.slice(groups * factor))
  }
  return stored
}

function leadData(input: ScpInput, intervalUs: number, isBimodal: boolean, leads: ArrayLike<number>[]): Buffer {
  const { difference = 2, tables = 'default', nanovoltsPerBit } = input
  const coded = leads.map((samples) => {
    const numbers = differences(Array.from(samples), difference)
    if (tables === 'none') return Buffer.concat(numbers.map(u16))
    return evenOf(encodeHuffman(numbers, tables === 'default' ? [DEFAULT_TABLE] : tables))
  })
  return Buffer.concat([
    u16(nanovoltsPerBit),
    u16(intervalUs),
    Buffer.from([difference, isBimodal ? 1 : 0]),
    ...coded.map(({ length }) => u16(length)),
    ...coded
  ])
}

/** Kept to 16 bits, as a writer's arithmetic is. */
function differences(samples: number[], order: 0 | 1 | 2): number[] {
  return samples.map((sample, n) => {
    const whole =
      n < order || order === 0
        ? sample
        : order === 1
          ? sample - samples[n - 1]!
          : sample - 2 * samples[n - 1]! + samples[n - 2]!
    return (whole << 16) >> 16
  })
}
