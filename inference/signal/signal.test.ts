import { clipsOf } from './clips.ts'
import { assessLead } from './quality.ts'
import { resample } from './resample.ts'
import { bandPower, powerSpectrum } from './spectrum.ts'

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
