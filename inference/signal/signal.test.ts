import { clipsOf } from './clips.ts'
import { assessLead } from './quality.ts'
import { resample } from './resample.ts'
import { bandPower, powerSpectrum } from './spectrum.ts'
import { demographics, parseHeader, readWfdb } from './wfdb.ts'

/** Sum of Gaussians once a second: P, Q, R, S, T of a Lead I, in mV. Bandwidth under 60 Hz. */
function beats(seconds: number, rateHz: number, gain = 1): Float64Array {
  const waves = [
    [0.2, 0.1, 0.025],
    [0.36, -0.08, 0.012],
    [0.4, 0.9, 0.014],
    [0.44, -0.15, 0.014],
    [0.68, 0.25, 0.05]
  ] as const
  return Float64Array.from({ length: Math.round(seconds * rateHz) }, (_, i) => {
    const t = (i / rateHz) % 1
    return gain * waves.reduce((sum, [at, height, width]) => sum + height * Math.exp(-0.5 * ((t - at) / width) ** 2), 0)
  })
}

describe('resample', () => {
  test.each([250, 360, 1000, 257.3, 128])('brings %d Hz to 500 Hz within 1 %% of RMS', (fromHz) => {
    const truth = beats(10, 500)
    const got = resample(beats(10, fromHz), { fromHz, toHz: 500 })
    expect(got.length).toBe(5000)
    const error = Math.sqrt(got.reduce((sum, value, i) => sum + (value - truth[i]!) ** 2, 0))
    const size = Math.sqrt(truth.reduce((sum, value) => sum + value ** 2, 0))
    expect(error / size).toBeLessThan(0.01)
  })

  test('keeps a constant, and takes away what the new rate cannot hold', () => {
    const constant = resample(new Float64Array(1000).fill(0.7), { fromHz: 1000, toHz: 500 })
    for (const value of constant) expect(value).toBeCloseTo(0.7, 9)
    const tone = Float64Array.from({ length: 4000 }, (_, i) => Math.sin((2 * Math.PI * 400 * i) / 1000))
    const folded = resample(tone, { fromHz: 1000, toHz: 500 }).slice(100, -100)
    // 400 Hz would fold to 100 Hz at full height
    expect(Math.max(...folded.map(Math.abs))).toBeLessThan(0.001)
  })
})

describe('clipsOf', () => {
  test('pads 8 to 10 s, keeps the centre, and takes three of 30 s', () => {
    expect(clipsOf(new Float64Array(4200), 5000).map(({ padded, samples }) => [padded, samples.length])).toEqual([
      [800, 5000]
    ])
    expect(clipsOf(new Float64Array(6000), 5000).map(({ from }) => from)).toEqual([500])
    expect(clipsOf(new Float64Array(15_000), 5000).map(({ from }) => from)).toEqual([0, 5000, 10_000])
  })
})

test('finds the power of a tone in its band', () => {
  const tone = Float64Array.from({ length: 5000 }, (_, i) => 3 + Math.sin((2 * Math.PI * 50 * i) / 500))
  const spectrum = powerSpectrum(tone, 500)
  const inside = bandPower(spectrum, { fromHz: 49, toHz: 51 })
  expect(inside / bandPower(spectrum, { fromHz: 0, toHz: 250 })).toBeGreaterThan(0.999)
})

describe('assessLead', () => {
  const clean = beats(10, 500)
  const changed = (change: (value: number, i: number) => number) => clean.map(change)
  test('passes a clean lead', () =>
    expect(assessLead(clean, 500)).toMatchObject({ verdict: 'acceptable', reasons: [] }))
  test.each([
    ['nothing', new Float64Array(0), ['non-finite']],
    ['one missing sample', changed((value, i) => (i === 77 ? Number.NaN : value)), ['non-finite']],
    ['a flat line', new Float64Array(5000), ['flat', 'amplitude-out-of-range']],
    ['three flat seconds', changed((value, i) => (i < 1500 ? 0 : value)), ['flat']],
    ['saturation', changed((value) => Math.min(value, 0.2)), ['clipped']],
    ['volts taken for millivolts', changed((value) => value / 1000), ['flat', 'amplitude-out-of-range']],
    ['microvolts taken for millivolts', changed((value) => value * 1000), ['amplitude-out-of-range']],
    ['mains louder than the heart', changed((value, i) => value + Math.sin((2 * Math.PI * 50 * i) / 500)), ['mains']]
  ])('refuses %s', (_, samples, reasons) => {
    expect(assessLead(samples, 500)).toMatchObject({ verdict: 'unacceptable', reasons })
  })
  test('limits a wandering lead', () => {
    const wandering = changed((value, i) => value + 2 * Math.sin((2 * Math.PI * 0.2 * i) / 500))
    expect(assessLead(wandering, 500)).toMatchObject({ verdict: 'limited', reasons: ['wander'] })
  })
})

describe('wfdb', () => {
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
    ['a format that is not read', 'rec 1 500 1\nrec.dat 80 1000 16 0 0 0 0 I\n', 'DECODE_FAILED']
  ])('refuses a header with %s by code', (_, text, code) => {
    expect(() => readWfdb(text, new Uint8Array(4))).toThrow(expect.objectContaining({ code }))
  })
})
