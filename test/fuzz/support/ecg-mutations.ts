import { gunzipSync, gzipSync } from 'node:zlib'
import { unzipSync, zipSync } from 'fflate'
import { isHealForce } from '../../../adapters/formats/scp-ecg/dialects/heal-force.ts'
import { repairHealForce } from '../../../adapters/formats/scp-ecg/testing/encode-heal-force.ts'
import { repairChecksums } from '../../../adapters/formats/scp-ecg/testing/encode-scp.ts'
import { mutateBytes } from './bytes.ts'
import type { EcgSeed } from './ecg-seeds.ts'
import type { Random } from './random.ts'

type Change = (bytes: Buffer, random: Random, number: number) => Buffer

/** Numbers that text fields are lied with. */
const NUMBERS = [
  '0',
  '-1',
  '1',
  '999999999',
  '2147483648',
  '9007199254740993',
  '1e9',
  '1e400',
  '0.000001',
  'NaN',
  '-0',
  '',
  ' ',
  '1,5',
  'x'
]
const MARKUP = [
  '<!DOCTYPE a [<!ENTITY x "y"><!ENTITY z "&x;&x;&x;&x;">]>',
  '<![CDATA[',
  '<!--',
  '&#x0;',
  '&lt;'.repeat(1000),
  '<a>'.repeat(2000),
  ` ${'a="1" '.repeat(500)}`,
  '9 '.repeat(100_000)
]

const cut: Change = (bytes, _random, number) => bytes.subarray(0, number % Math.max(1, bytes.length))
const scramble: Change = (bytes, random) => mutateBytes(bytes, random)

/** A number of the text becomes another, or markup is put between. */
const editText: Change = (bytes, random) => {
  const text = bytes.toString('latin1')
  const at = random.below(text.length)
  if (random.chance(0.3)) return Buffer.from(text.slice(0, at) + random.pick(MARKUP) + text.slice(at), 'latin1')
  const from = text.slice(at).search(/-?\d/)
  if (from < 0) return bytes
  const rest = text.slice(at + from).replace(/^-?\d+(?:\.\d+)?/, random.pick(NUMBERS))
  return Buffer.from(text.slice(0, at + from) + rest, 'latin1')
}

/** One of the 8-character fields of an EDF header. */
const editEdfHeader: Change = (bytes, random) => {
  const copy = Buffer.from(bytes)
  const signals = Math.max(1, Number(copy.toString('latin1', 252, 256)) || 1)
  const fields = [168, 176, 184, 236, 244, 252, ...[104, 112, 120, 128, 216].map((at) => 256 + signals * at)]
  const at = random.pick(fields) + (random.chance(0.5) ? 8 * random.below(signals) : 0)
  if (at + 8 <= copy.length) copy.write(random.pick(NUMBERS).padEnd(8).slice(0, 8), at, 'latin1')
  return copy
}

const repaired = (record: Buffer): Buffer => (isHealForce(record) ? repairHealForce(record) : repairChecksums(record))

/** Most changes of a record with checksums would end at them: they are made right again, so that what lies behind is reached. */
const withChecksums =
  (change: Change): Change =>
  (bytes, random, number) => {
    const changed = change(bytes, random, number)
    return random.chance(0.8) ? repaired(changed) : changed
  }

const WORDS = [0, 1, 2, 0x7f, 0xff, 0x7fff, 0x8000, 0xffff, 19_999, 29_999]

/** Numbers of a record overwritten where they stand, so that its sizes go on fitting. */
const overwrite: Change = (bytes, random) => {
  const copy = Buffer.from(bytes)
  for (let n = random.count(6); n > 0; n--) {
    const at = 22 + random.below(Math.max(1, Math.min(copy.length, random.chance(0.5) ? 700 : copy.length) - 26))
    if (random.chance(0.5)) copy.writeUInt8(random.below(256), at)
    else copy.writeUInt16LE(random.pick(WORDS), at)
  }
  return repaired(copy)
}

/** Changes what a zip holds, or the zip itself; now and then a member far larger than it looks. */
const inZip: Change = (bytes, random, number) => {
  if (random.chance(0.4)) return random.chance(0.5) ? scramble(bytes, random, number) : cut(bytes, random, number)
  const members: Record<string, Uint8Array> = unzipSync(bytes)
  const names = Object.keys(members)
  const name = random.pick(names)
  if (random.chance(0.02)) members[name] = new Uint8Array(random.pick([1, 40, 300]) * 2 ** 20)
  else if (name.endsWith('.hea')) members[name] = editText(Buffer.from(members[name]!), random, number)
  else members[name] = scramble(Buffer.from(members[name]!), random, number)
  if (random.chance(0.2))
    members[random.pick(['../x.dat', '/etc/x.hea', 'a/'.repeat(200), '', 'constructor'])] = Buffer.from('x')
  return Buffer.from(zipSync(members, { level: 1 }))
}

const ofEdf: Change = (bytes, random, number) => {
  if (bytes[0] !== 0x1f) return random.pick([editEdfHeader, scramble, cut])(bytes, random, number)
  if (random.chance(0.3)) return scramble(bytes, random, number)
  const plain = gunzipSync(bytes)
  const changed = random.pick([editEdfHeader, scramble, cut])(plain, random, number)
  // A begin that is believed, and zeros without end behind it.
  const zeros = random.chance(0.03) ? Buffer.alloc(200 * 2 ** 20) : Buffer.alloc(0)
  return gzipSync(Buffer.concat([changed, zeros]), { level: 1 })
}

const CHANGES: Readonly<Record<EcgSeed['kind'], readonly Change[]>> = {
  'scp-ecg': [overwrite, overwrite, overwrite, withChecksums(scramble), cut, scramble],
  edf: [ofEdf],
  wfdb: [inZip],
  aecg: [editText, editText, cut, scramble],
  'muse-xml': [editText, editText, cut, scramble],
  'philips-xml': [editText, editText, cut, scramble],
  'ecg-csv': [editText, editText, cut, scramble],
  'ecg-strip': [editText, cut, scramble]
}

/** A file after one or some changes that its kind is open to. */
export function damageEcg({ kind, bytes }: EcgSeed, random: Random, number: number): Buffer {
  return random.pick(CHANGES[kind])(bytes, random, number)
}
