import type { DecodeNote } from '../../../../core/decoded.ts'
import { AppError } from '../../../../core/errors/app-error.ts'
import type { ClinicalTime } from '../../../../core/time.ts'
import type { Lead, Waveform } from '../../../../core/waveform.ts'
import { leadByName } from '../../../../fhir-profiles/index.ts'
import { crcCcitt } from '../crc-ccitt.ts'
import { Cursor } from '../cursor.ts'
import { RECORD_HEADER_BYTES, readPointers, type ScpRecord, type Section, sectionAt } from '../record.ts'

/**
 * The dialect of Heal Force handheld and ambulatory recorders (Prince 180 family), found by inspection of one file whose
 * checksums, sample count and beat marks all come out right when it is read so:
 *
 * - the record header is a padded structure: CRC u16 (high byte first) | 2 zeros | size u16; section 0 begins at 6 all the same;
 * - section 0 has no 'SCPECG', and its indices count from 0;
 * - checksums begin with 0 instead of 0xFFFF, and sections store theirs in either byte order; that of section 9 is wrong;
 * - years in section 1 stand with the high byte first, and the end tag is missing;
 * - section 2 announces a Huffman table that is not used;
 * - section 3 says how many channels there are and has one lead entry for all, whose code is not theirs;
 * - section 6 stands shorter in its own header than in its pointer; its sample interval is the rate in Hz; it has one block of
 *   data in which the channels alternate, four 12-bit words in three 16-bit ones.
 *
 * Words, least significant byte first, a b c, make four numbers of 10 bits:
 *
 *   a = A15 A14 d11 d10 d9 d8 A9..A0   b = B15 B14 d7 d6 d5 d4 B9..B0   c = C15 C14 d3 d2 d1 d0 C9..C0   d = d11..d0
 *
 * Bits 15 (bit 11 of d) mark a beat and bits 14 (10 of d) an irregular one. A number is its 10 bits less 512.
 */
export function isHealForce(body: Uint8Array): boolean {
  if (body.length < 32) return false
  const view = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  const isNamed = view.toString('latin1', 16, 22) === 'SCPECG'
  return !isNamed && view.readUInt16LE(22) === 0 && view.readUInt32LE(28) === RECORD_HEADER_BYTES
}

const SIZE_AT = 4
/** Some sections hold lists that the device still fills after it wrote their checksum; they are not read. */
const READ: ReadonlySet<number> = new Set([0, 1, 2, 3, 6])

/** @throws AppError DECODE_FAILED: 'truncated', 'checksum', 'section-header', 'pointer' */
export function readHealForceRecord(body: Uint8Array, notes: DecodeNote[]): ScpRecord {
  const view = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  const size = view.readUInt16LE(SIZE_AT)
  if (size > body.length) throw failed('record', 'truncated')
  const bytes = body.subarray(0, size)
  if (size < 32 || crcCcitt(bytes.subarray(2), 0) !== view.readUInt16BE(0)) throw failed('record', 'checksum')
  notes.push({ code: 'leniency', at: 'dialect heal-force' })
  const sections = new Map<number, Section>()
  for (const { id, length, from } of readPointers(bytes, 0)) {
    const section = sectionAt(bytes, from, length, `section ${id}`)
    if (READ.has(section.id)) sections.set(section.id, section)
    else notes.push({ code: 'content-ignored', at: `section ${id}` })
  }
  return { bytes, sections }
}

const failed = (at: string, reason: string): AppError => new AppError('DECODE_FAILED', { at, reason })

export interface HealForceFacts {
  startedAt: ClinicalTime
  /** Names of the channels, from the feed's options: the file does not tell them. */
  leads?: readonly string[]
}

/**
 * @returns one waveform in mV. The channels are called 'channel 1' ... unless the site says which leads they are: of three
 *   limb channels the second is the sum of the others here, which does not tell lead I from lead III
 * @throws AppError WAVEFORM_INCONSISTENT (no-waveform, data-length, gain, rate), LEAD_UNKNOWN (names of the site), DECODE_FAILED
 */
export function readHealForceWaveform({ sections }: ScpRecord, { startedAt, leads }: HealForceFacts): Waveform {
  const definition = sections.get(3)?.content
  const data = sections.get(6)?.content
  if (!definition || !data) throw inconsistent(definition ? 'section 6' : 'section 3', 'no-waveform')
  const channels = new Cursor(definition, 'section 3').u8()
  if (channels === 0) throw inconsistent('section 3', 'leads')
  const cursor = new Cursor(data, 'section 6')
  const nanovoltsPerBit = cursor.u16()
  const rateHz = cursor.u16()
  if (nanovoltsPerBit === 0 || rateHz === 0) throw inconsistent('section 6', nanovoltsPerBit ? 'rate' : 'gain')
  cursor.u16()
  const words = unpack(cursor.take(cursor.u16()))
  if (words.length === 0 || words.length % channels !== 0) throw inconsistent('section 6', 'data-length')
  const samples = Array.from({ length: channels }, (_, channel) =>
    Float64Array.from({ length: words.length / channels }, (_, n) => {
      const number = (words[n * channels + channel]! & 0x3ff) - 512
      return (number * nanovoltsPerBit) / 1e6
    })
  )
  return {
    kind: 'rhythm',
    leads: samples.map((_, channel) => leadOf(channel, nanovoltsPerBit / 1e6, leads)),
    rateHz,
    samples,
    gaps: [],
    startedAt
  }
}

function leadOf(channel: number, resolution: number, names: readonly string[] | undefined): Lead {
  const said = names?.[channel]
  const lead = said === undefined ? undefined : leadByName(said)
  if (said !== undefined && !lead) throw new AppError('LEAD_UNKNOWN', { at: 'options.healForceLeads' })
  return { ...(lead ? { name: lead.name, mdc: lead.n } : { name: `channel ${channel + 1}` }), unit: 'mV', resolution }
}

/** Four words of each three; bytes that make no three are left over. */
function unpack(bytes: Buffer): Uint16Array {
  const groups = Math.floor(bytes.length / 6)
  const words = new Uint16Array(groups * 4)
  for (let group = 0; group < groups; group++) {
    let fourth = 0
    for (let n = 0; n < 3; n++) {
      const word = bytes.readUInt16LE(group * 6 + n * 2)
      words[group * 4 + n] = word
      fourth = (fourth << 4) | ((word >> 10) & 15)
    }
    words[group * 4 + 3] = fourth
  }
  return words
}

const inconsistent = (at: string, reason: string): AppError => new AppError('WAVEFORM_INCONSISTENT', { at, reason })
