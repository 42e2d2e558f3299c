import { zipSync } from 'fflate'
import { unzipRecord } from '../../adapters/formats/wfdb/zip.ts'
import { codeOf, heldAndSeenFailing } from './held-and-seen-failing.ts'
import { unpackingAll } from './zips.vulnerable.ts'

type Unzip = (bytes: Uint8Array) => unknown

const text = (value: string): Uint8Array => Buffer.from(value)
const header = text('a 1 250 2\na.dat 16 200 16 0 1 3 0 II\n')
/** 66 MiB of zeros in about as many KiB. */
const bomb = zipSync({ 'a.hea': header, 'a.dat': new Uint8Array(66 * 1024 * 1024) })
const crowd = zipSync(Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`${i}.hea`, header])))
const leaving = zipSync({ 'a.hea': text('a 1 250 2\n../a.dat 16 200 16 0 1 3 0 II\n'), '../a.dat': new Uint8Array(4) })

heldAndSeenFailing<Unzip>(
  'a zip with a record is bounded by what it becomes (A3-30)',
  {
    'a bomb of one to a thousand': (read) => expect(codeOf(() => read(bomb))).toBe('MESSAGE_TOO_LARGE inflated'),
    'a crowd of entries': (read) => expect(codeOf(() => read(crowd))).toBe('MESSAGE_TOO_LARGE zip-entries'),
    'a name that leaves its folder': (read) => expect(codeOf(() => read(leaving))).toBe('DECODE_FAILED wfdb-header')
  },
  { real: unzipRecord, weak: unpackingAll }
)

test('an entry that is no part of the record is never unpacked', () => {
  const beside = zipSync({ 'a.hea': header, 'a.dat': new Uint8Array(4), 'b.bin': new Uint8Array(66 * 1024 * 1024) })
  expect([...unzipRecord(beside).files.keys()]).toEqual(['a.dat'])
})
