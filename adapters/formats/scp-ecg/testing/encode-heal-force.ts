import { crcCcitt } from '../crc-ccitt.ts'

export interface HealForceInput {
  /** 10-bit numbers, -512 to 511; a multiple of four in all. */
  channels: ArrayLike<number>[]
  /** Sample numbers at which a beat is marked. */
  beats?: readonly number[]
  nanovoltsPerBit?: number
  rateHz?: number
  patientId?: string
}

const u16 = (value: number): Buffer => Buffer.from([value & 0xff, (value >> 8) & 0xff])
const u32 = (value: number): Buffer => Buffer.concat([u16(value), u16(Math.floor(value / 65536))])

/** A record as Heal Force recorders write it (dialects/heal-force.ts), padded to 1 KiB as to a block of their memory. */
export function encodeHealForce(input: HealForceInput): Buffer {
  const { channels, nanovoltsPerBit = 9524, rateHz = 150, patientId = '00000' } = input
  const length = channels[0]!.length
  const id = Buffer.alloc(30)
  id.write(patientId, 'latin1')
  const packed = pack(input)
  const sections: [id: number, content: Buffer][] = [
    [
      1,
      Buffer.concat([
        Buffer.from([2]),
        u16(30),
        id,
        Buffer.from([25, 4, 0, 0x07, 0xea, 3, 10, 26, 3, 0, 8, 15, 0, 0, 0, 0])
      ])
    ],
    [2, Buffer.from([0, 1, 0, 1, 0, 2, 1, 0, 0, 0, 0, 8, 0, 0])],
    [3, Buffer.concat([Buffer.from([channels.length, 4]), u32(1), u32(length), Buffer.from([5, 0])])],
    [6, Buffer.concat([u16(nanovoltsPerBit), u16(rateHz), u16(0), u16(packed.length), packed])]
  ]
  let from = 6 + 16 + (sections.length + 1) * 10
  const zeroLength = 16 + (sections.length + 1) * 10
  const pointers = [Buffer.concat([u16(0), u32(zeroLength), u32(6)])]
  for (const [number, content] of sections) {
    pointers.push(Buffer.concat([u16(number), u32(16 + content.length), u32(from)]))
    from += 16 + content.length
  }
  const all = Buffer.concat([
    section(0, Buffer.concat(pointers)),
    ...sections.map(([number, content]) => section(number, content))
  ])
  const rest = Buffer.concat([Buffer.from([0, 0]), u16(from), all])
  const crc = crcCcitt(rest, 0)
  const record = Buffer.concat([Buffer.from([crc >> 8, crc & 0xff]), rest])
  return Buffer.concat([record, Buffer.alloc((1024 - (record.length % 1024)) % 1024, 0xff)])
}

/** The record with its checksum made right again; those of its sections are not held to. */
export function repairHealForce(record: Uint8Array): Buffer {
  const bytes = Buffer.from(record)
  const size = bytes.length < 6 ? 0 : bytes.readUInt16LE(4)
  if (size >= 6 && size <= bytes.length) bytes.writeUInt16BE(crcCcitt(bytes.subarray(2, size), 0), 0)
  return bytes
}

function section(id: number, content: Buffer): Buffer {
  const rest = Buffer.concat([u16(id), u32(16 + content.length), Buffer.from([13, 13]), Buffer.alloc(6), content])
  return Buffer.concat([u16(crcCcitt(rest, 0)), rest])
}

function pack({ channels, beats = [] }: HealForceInput): Buffer {
  const length = channels[0]!.length
  const words = Array.from({ length: length * channels.length }, (_, n) => {
    const at = Math.floor(n / channels.length)
    return { number: (channels[n % channels.length]![at]! + 512) & 0x3ff, isBeat: beats.includes(at) }
  })
  const packed: Buffer[] = []
  for (let n = 0; n + 4 <= words.length; n += 4) {
    const fourth = words[n + 3]!.number | (words[n + 3]!.isBeat ? 0x800 : 0)
    for (let k = 0; k < 3; k++) {
      const { number, isBeat } = words[n + k]!
      packed.push(u16(number | (isBeat ? 0x8000 : 0) | (((fourth >> (8 - 4 * k)) & 15) << 10)))
    }
  }
  return Buffer.concat(packed)
}
