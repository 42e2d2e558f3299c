import { butterworth, type Pass } from './butterworth.ts'
import { meanBaseline, meanDecomposition } from './mean-decomposition.ts'
import { notch } from './notch.ts'
import { responseAt, type Section } from './sections.ts'
import { filterZeroPhase } from './zero-phase.ts'

const RATE = 500
/** Two tones, a slope and a sawtooth of period 11; the same formula made the expected values in Python. */
const signal = Float64Array.from({ length: 400 }, (_, n) => {
  const t = (2 * Math.PI * n) / RATE
  return Math.sin(7 * t) + 0.5 * Math.cos(50 * t) + 0.002 * n + ((n * 37) % 11) / 20
})
const shown = (samples: Float64Array) => [0, 1, 57, 200, 399].map((i) => samples[i]!)
const expectClose = (got: number[], expected: number[]) => {
  expect(got).toHaveLength(expected.length)
  for (const [i, value] of got.entries()) expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-9)
}

describe('butterworth, zero phase', () => {
  // scipy 1.17.1: sosfiltfilt(butter(order, hz, fs=500, output='sos'), signal), samples 0, 1, 57, 200, 399
  test.each<[string, number, Pass, number[]]>([
    [
      'band-pass 0.67-40 Hz',
      4,
      { lowHz: 0.67, highHz: 40 },
      [0.505382266792, 0.442816807728, -0.840002927723, -1.29594677041, 0.714059099348]
    ],
    [
      'low-pass 40 Hz',
      3,
      { highHz: 40 },
      [0.497296691208, 0.441788840325, -0.639528208828, -0.221562270404, 0.730419949391]
    ],
    [
      'high-pass 0.5 Hz',
      2,
      { lowHz: 0.5 },
      [0.0472375089983, 0.238817467225, -1.1956253802, -0.388113996171, 1.13504802743]
    ],
    [
      'band-pass 5-120 Hz with real poles',
      3,
      { lowHz: 5, highHz: 120 },
      [0.113769385285, 0.279661285749, -1.01377082322, -0.374529984238, -0.245263838061]
    ],
    [
      'low-pass 15 Hz of one pole',
      1,
      { highHz: 15 },
      [0.638057858427, 0.643576891064, -0.43715206685, -0.0969558919659, 0.893662279394]
    ]
  ])('gives what scipy gives: %s, order %d', (_, order, pass, expected) => {
    expectClose(shown(filterZeroPhase(butterworth(order, pass, RATE), signal)), expected)
  })

  test('is 3 dB down at its corners and flat between them', () => {
    const sections = butterworth(4, { lowHz: 0.5, highHz: 40 }, RATE)
    for (const hz of [0.5, 40]) expect(responseAt(sections, hz, RATE)).toBeCloseTo(Math.SQRT1_2, 9)
    expect(responseAt(sections, 5, RATE)).toBeCloseTo(1, 4)
  })

  test.each<[string, number, Pass]>([
    ['no corner', 4, {}],
    ['a corner at half the rate', 4, { highHz: 250 }],
    ['corners in the wrong order', 4, { lowHz: 40, highHz: 0.5 }],
    ['order 0', 0, { highHz: 40 }],
    ['a corner that is no number', 2, { lowHz: Number.NaN }]
  ])('refuses %s', (_, order, pass) => {
    expect(() => butterworth(order, pass, RATE)).toThrow(expect.objectContaining({ code: 'BAD_REQUEST' }))
  })

  test('filters what lies between missing samples on its own and leaves them missing', () => {
    const sections = butterworth(2, { lowHz: 0.5, highHz: 40 }, RATE)
    const gapped = signal.slice()
    gapped.fill(Number.NaN, 150, 160)
    const got = filterZeroPhase(sections, gapped)
    expect([...got.subarray(150, 160)].every(Number.isNaN)).toBe(true)
    expectClose([...got.subarray(0, 150)], [...filterZeroPhase(sections, signal.subarray(0, 150))])
    expectClose([...got.subarray(160)], [...filterZeroPhase(sections, signal.subarray(160))])
  })

  test.each([0, 1, 2, 5])('takes %d samples', (n) => {
    const got = filterZeroPhase(butterworth(4, { lowHz: 0.5, highHz: 40 }, RATE), signal.subarray(0, n))
    expect(got).toHaveLength(n)
    expect([...got].every(Number.isFinite)).toBe(true)
  })
})

test('the notch gives what scipy gives, and takes mains away', () => {
  const mains: Section[] = [notch(50, RATE)]
  // scipy 1.17.1: iirnotch(50, 30, fs=500), filtfilt
  expectClose([mains[0]!.b0, mains[0]!.a1, mains[0]!.a2], [0.9896361753628921, -1.6012649682336106, 0.9792723507257841])
  expectClose(
    shown(filterZeroPhase(mains, signal)),
    [0.271460643769, 0.511038424805, -0.487911923912, -0.108893812947, 0.411001490743]
  )
  expect(responseAt(mains, 50, RATE)).toBeLessThan(1e-9)
})

describe('mean decomposition', () => {
  test('gives what numpy gives', () => {
    // numpy: x - convolve(convolve(pad(x, 600, 'edge'), ones(601) / 601, 'valid'), ones(601) / 601, 'valid')
    expectClose(
      shown(meanDecomposition(signal, RATE)),
      [-0.0743509313569, 0.119653874532, -1.1886571842, -0.309243067213, 0.00213865975532]
    )
  })
  test('sees an offset as baseline, even a large one, and a gap as a gap', () => {
    const offset = signal.map((value) => value + 1e6)
    expectClose(
      shown(meanDecomposition(offset, RATE)).map((value) => Math.round(value * 1e8) / 1e8),
      shown(meanDecomposition(signal, RATE)).map((value) => Math.round(value * 1e8) / 1e8)
    )
    const gapped = signal.slice()
    gapped[200] = Number.NaN
    const baseline = meanBaseline(gapped, RATE)
    expect([...baseline].flatMap((value, i) => (Number.isNaN(value) ? [i] : []))).toEqual([200])
  })
})
