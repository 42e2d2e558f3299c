import { constants, gunzipSync } from 'node:zlib'
import { leadByName } from '../../fhir-profiles/index.ts'
import type { EcgKind } from './kinds.ts'
import { isStrip } from './strip.ts'
import { beginsXml, peekText } from './xml/encoding.ts'
import { rootName } from './xml/root-name.ts'

/** No more than this is looked at. */
export const PEEK_BYTES = 64 * 1024

/** Local names of document elements, in lower case. */
const ROOTS: ReadonlyMap<string, EcgKind> = new Map([
  ['annotatedecg', 'aecg'],
  ['restingecg', 'muse-xml'],
  ['restingecgdata', 'philips-xml']
])

/**
 * What kind of ECG file the bytes are, by their first 64 KiB alone, whatever the sender called them.
 *
 * @returns undefined for anything else, also for XML with another document element
 */
export function recogniseEcg(bytes: Uint8Array): EcgKind | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, PEEK_BYTES))
  if (isEdf(head)) return 'edf'
  if (head[0] === 0x1f && head[1] === 0x8b) return isEdf(gunzippedHead(head)) ? 'edf' : undefined
  if (isStrip(head)) return 'ecg-strip'
  if (isScp(head)) return 'scp-ecg'
  if (head.length > 30 && head.readUInt32LE(0) === ZIP_LOCAL_FILE) return isWfdbZip(head) ? 'wfdb' : undefined
  const text = peekText(head)
  if (text === undefined) return undefined
  if (beginsXml(text)) return ROOTS.get(rootName(text)?.toLowerCase() ?? '')
  return isLeadTable(text) ? 'ecg-csv' : undefined
}

/** EDF section 2.1.3.1: version '0' padded with blanks. */
const EDF_START = Buffer.from('0       ', 'latin1')
/** BDF: the byte 255 and 'BIOSEMI'. */
const BDF_START = Buffer.from('\xffBIOSEMI', 'latin1')

const isEdf = (head: Buffer): boolean => {
  const version = head.subarray(0, 8)
  return version.equals(EDF_START) || version.equals(BDF_START)
}

/** Of a gzip as much as tells an EDF header: deflate makes at most 1032 bytes of one, so this is half a MiB at most. */
const GZIP_PIECE_BYTES = 512

/** The begin of what a gzip holds (RFC 1952); nothing when it is none. */
function gunzippedHead(head: Buffer): Buffer {
  try {
    return gunzipSync(head.subarray(0, GZIP_PIECE_BYTES), { finishFlush: constants.Z_SYNC_FLUSH })
  } catch {
    return Buffer.alloc(0)
  }
}

/**
 * SCP-ECG by the mark of its section 0, or, where a writer left the mark out, by the first pointer of that section, which
 * must name the section itself: EN 1064 section 5.3.
 *
 * record = CRC u16 | size u32 | section 0: CRC u16, id u16 = 0, length u32, versions 2, reserved 6 ('SCPECG') | pointers:
 *          id u16 = 0, length u32 (the same), index u32 | ...
 */
function isScp(head: Buffer): boolean {
  if (head.length < 32) return false
  if (head.toString('latin1', 16, 22) === 'SCPECG') return true
  const length = head.readUInt32LE(10)
  return head.readUInt16LE(8) === 0 && length >= 26 && head.readUInt16LE(22) === 0 && head.readUInt32LE(24) === length
}

const ZIP_LOCAL_FILE = 0x04034b50
/** Sizes follow the data: the next header cannot be found from this one. */
const SIZES_LATER = 1 << 3

/** A zip among whose first members is a header or a signal file. PKWARE APPNOTE section 4.3.7. */
function isWfdbZip(head: Buffer): boolean {
  let at = 0
  while (at + 30 <= head.length && head.readUInt32LE(at) === ZIP_LOCAL_FILE) {
    const nameEnd = at + 30 + head.readUInt16LE(at + 26)
    const name = head.toString('latin1', at + 30, nameEnd).toLowerCase()
    if (name.endsWith('.hea') || name.endsWith('.dat')) return true
    if (head.readUInt16LE(at + 6) & SIZES_LATER) return false
    at = nameEnd + head.readUInt16LE(at + 28) + head.readUInt32LE(at + 18)
  }
  return false
}

/**
 * A header row that names a lead (with or without a unit) and below it a row of as many numbers. Words that begin a report
 * for people ('V1, V2: ST elevation') are none, nor is JSON.
 */
function isLeadTable(text: string): boolean {
  if (/^\s*[[{]/.test(text)) return false
  const [header = '', row = ''] = text
    .split(/\r?\n/, 50)
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => line.slice(0, 4000))
  const cells = header.split(SEPARATOR)
  const values = row.split(SEPARATOR)
  return (
    cells.length > 1 &&
    cells.some((cell) => leadByName(cell.split(/[[(/]/, 1)[0]!.replaceAll('"', ''))) &&
    values.length >= cells.length &&
    values.every((value) => /^[\s"+\-0-9.eE:TZ]*$|^\s*nan\s*$/i.test(value))
  )
}

/** A comma may also part decimals: a row then has more cells than the header. */
const SEPARATOR = /[,;\t]/
