import { demographics } from './comments.ts'
import { parseHeader } from './header.ts'
import { readWfdb } from './record.ts'

describe('one record', () => {
  const header =
    '# comment\nrec 2 500/500 3 12:00:00\nrec.dat 16 1000(10)/mV 16 0 10 0 0 I\nrec.dat 16 2/uV 16 4 0 0 0 pleth\n#<age>: 51\n#<sex>: F\n'
  test('reads gain, baseline, unit and lead of each signal', () => {
    const data = new Uint8Array(Int16Array.of(1010, 4, 510, 6, -32768, 4).buffer)
    const { waveform } = readWfdb(header, data)
    expect(waveform.leads).toEqual([
      { name: 'I', mdc: 1, unit: 'mV', resolution: 0.001 },
      { name: 'pleth', unit: 'mV', resolution: 0.0005 }
    ])
    // (1010 - 10) / 1000 mV; (6 - 4) / 2 uV
    expect([...waveform.samples[0]!]).toEqual([1, 0.5, Number.NaN])
    expect([...waveform.samples[1]!]).toEqual([0, 0.001, 0])
    expect(waveform.gaps).toEqual([{ lead: 0, from: 2, to: 3 }])
  })
  test('reads 12-bit pairs of format 212', () => {
    const two = 'r 2 360 1\nr.dat 212 200 11 0 0 0 0 a\nr.dat 212 200 11 0 0 0 0 b\n'
    // a = 0x3e8 = 1000, b = 0xfff = -1: bytes e8, f3, ff (data README: b0, low nibble to a, high nibble to b)
    const { waveform } = readWfdb(two, Uint8Array.of(0xe8, 0xf3, 0xff))
    expect(waveform.samples.map((lead) => lead[0])).toEqual([5, -0.005])
  })
  test('takes age and sex from the comments', () => {
    expect(demographics(parseHeader(header).comments)).toEqual({ age: 51, sex: 'female' })
  })
  test.each([
    ['no signal count', 'rec', 'DECODE_FAILED'],
    ['a path for a file', 'rec 1 500 3\n../rec.dat 16 1000 16 0 0 0 0 I\n', 'DECODE_FAILED'],
    ['an unknown unit', 'rec 1 500 1\nrec.dat 16 1000/parsec 16 0 0 0 0 I\n', 'UNIT_UNKNOWN'],
    ['fewer samples than it says', 'rec 1 500 9\nrec.dat 16 1000 16 0 0 0 0 I\n', 'DECODE_FAILED'],
    ['a format that is not read', 'rec 1 500 1\nrec.dat 516 1000 16 0 0 0 0 I\n', 'DECODE_FAILED']
  ])('refuses a header with %s by code', (_, text, code) => {
    expect(() => readWfdb(text, new Uint8Array(4))).toThrow(expect.objectContaining({ code }))
  })
})
