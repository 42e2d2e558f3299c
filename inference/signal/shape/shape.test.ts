import { areaOf, synthesize, usualLead } from '../../../test/support/synthetic-ecg.ts'
import { bandEnergy } from './band-energy.ts'
import { beatBootstrap } from './bootstrap.ts'
import { angleBetween, axisCategory, frontalAxis } from './frontal-axis.ts'
import { leadShape } from './lead-shape.ts'
import { noiseLevel } from './noise-level.ts'
import { rProgression, transitionLead, transitionZone } from './precordial.ts'
import { qrsForm } from './qrs-waves.ts'
import { qtDispersion } from './qt-dispersion.ts'
import { correctedQt } from './qtc.ts'
import { terminalForce } from './terminal-force.ts'
import { korsVector, vectorAngle } from './vectorcardiogram.ts'
import { cornellProduct, lowVoltage } from './voltage-criteria.ts'

const ONSET_MS = 400

/** One beat with exact waves, and where they lie at that rate. */
function beat(lead = usualLead(), rateHz = 500) {
  const at = (ms: number) => ((ONSET_MS + ms) * rateHz) / 1000
  return {
    samples: synthesize(lead, { onsetsMs: [ONSET_MS], seconds: 1, rateHz }),
    windows: {
      p: { from: at(-140), to: at(-40) },
      qrs: { from: at(0), to: at(90) },
      t: { from: at(200), to: at(380) },
      beat: { from: at(-200), to: at(450) }
    },
    rateHz
  }
}
const measure = ({ samples, windows, rateHz }: ReturnType<typeof beat>) => leadShape(samples, windows, { rateHz })

describe('leadShape knows the waves it was given', () => {
  test.each([250, 500, 1000])('at %d Hz', (rateHz) => {
    const { numbers, qrs } = measure(beat(usualLead(), rateHz))
    // Truth: heights and widths of usualLead; half sines and raised cosines have known areas.
    expect(numbers.pAmplitude).toBeCloseTo(0.12, 2)
    expect(numbers.qAmplitude).toBeCloseTo(-0.08, 2)
    expect(numbers.rAmplitude).toBeCloseTo(1, 2)
    expect(numbers.sAmplitude).toBeCloseTo(-0.3, 2)
    expect(numbers.tAmplitude).toBeCloseTo(0.3, 2)
    expect(Math.abs(numbers.qDuration - 20)).toBeLessThanOrEqual(2)
    expect(Math.abs(numbers.rDuration - 40)).toBeLessThanOrEqual(2)
    expect(Math.abs(numbers.sDuration - 30)).toBeLessThanOrEqual(2)
    expect(Math.abs(numbers.rPeakTime - 40)).toBeLessThanOrEqual(2)
    expect(numbers.pArea).toBeCloseTo(areaOf(usualLead(), 'p'), 1)
    expect(Math.abs(numbers.qrsArea - areaOf(usualLead(), 'qrs'))).toBeLessThan(0.4)
    expect(numbers.tArea).toBeCloseTo(areaOf(usualLead(), 't'), 1)
    // Rise over 110 ms, fall over 70 ms.
    expect(Math.abs(numbers.tSymmetry - 110 / 70)).toBeLessThan(0.05)
    // At 250 Hz the J point lies between the last sample of S and the first of the line behind it.
    expect(Math.abs(numbers.stJ)).toBeLessThan(0.04)
    expect([numbers.st40, numbers.st60, numbers.st80].every((mv) => Math.abs(mv) < 1e-9)).toBe(true)
    expect(numbers.notches).toBe(0)
    expect(qrsForm(qrs)).toBe('qRs')
  })

  test('doubles with the gain and moves no duration', () => {
    const once = measure(beat()).numbers
    const { samples, ...rest } = beat()
    const twice = measure({ ...rest, samples: samples.map((mv) => 2 * mv) }).numbers
    for (const name of ['rAmplitude', 'sAmplitude', 'tArea', 'qrsArea', 'qrsRise', 'pArea'] as const)
      expect(twice[name]).toBeCloseTo(2 * once[name], 9)
    for (const name of ['qDuration', 'rDuration', 'sDuration', 'rPeakTime', 'tSymmetry'] as const)
      expect(twice[name]).toBeCloseTo(once[name], 9)
    expect(twice.band5).toBeCloseTo(4 * once.band5, 9)
  })

  test('is not moved by an offset', () => {
    const { samples, ...rest } = beat()
    const shifted = measure({ ...rest, samples: samples.map((mv) => mv - 1.7) }).numbers
    const still = measure(beat()).numbers
    for (const name of Object.keys(still) as (keyof typeof still)[])
      if (Number.isFinite(still[name])) expect(shifted[name]).toBeCloseTo(still[name], 6)
  })

  test('calls a wave that is not there missing, and its formula term zero', () => {
    const { numbers } = measure(beat(usualLead({ q: 0, s: 0 })))
    expect(numbers.qAmplitude).toBeNaN()
    expect(numbers.sAmplitude).toBeNaN()
    expect(numbers.sDepth).toBe(0)
  })

  test('names a QS, and an R prime', () => {
    const qs = measure(beat([{ kind: 'qrs', fromMs: 0, toMs: 90, mv: -1.1 }]))
    expect(qrsForm(qs.qrs)).toBe('QS')
    expect(qs.numbers.qAmplitude).toBeNaN()
    const prime = measure(
      beat([
        { kind: 'qrs', fromMs: 0, toMs: 25, mv: 0.2 },
        { kind: 'qrs', fromMs: 25, toMs: 60, mv: -0.7 },
        { kind: 'qrs', fromMs: 60, toMs: 90, mv: 0.6 }
      ])
    )
    expect(qrsForm(prime.qrs)).toBe("rSR'")
    expect(prime.numbers.rPrimeAmplitude).toBeCloseTo(0.6, 2)
  })

  test('counts a notch at the top of R', () => {
    const notched = measure(
      beat([
        { kind: 'qrs', fromMs: 0, toMs: 90, mv: 1 },
        { kind: 'qrs', fromMs: 35, toMs: 55, mv: -0.4 }
      ])
    )
    expect(notched.numbers.notches).toBe(1)
  })

  test('reads a biphasic P and its terminal force', () => {
    const lead = [
      { kind: 'qrs', fromMs: -140, toMs: -90, mv: 0.1 },
      { kind: 'qrs', fromMs: -90, toMs: -40, mv: -0.12 },
      ...usualLead({ p: 0 })
    ] as ReturnType<typeof usualLead>
    const { pLobes } = measure(beat(lead))
    expect(pLobes?.biphasic).toBe('plus-minus')
    const { samples, windows } = beat(lead)
    // 0.12 mV deep over 50 ms
    expect(terminalForce(samples, windows.p, { level: 0, rateHz: 500 })).toBeCloseTo(-6, 0)
  })
})

describe('bandEnergy', () => {
  test.each([
    [3, 0],
    [10, 1],
    [25, 2]
  ])('puts a tone of %d Hz into band %d', (hz, band) => {
    const tone = Float64Array.from({ length: 1000 }, (_, i) => Math.sin((2 * Math.PI * hz * i) / 500))
    const energies = bandEnergy(tone, { from: 0, to: 1000 }, { level: 0, rateHz: 500 })
    // Two seconds of a unit sine hold 1 mV2.s, less what the faded tenths lose (5/8 of each).
    expect(energies[band]).toBeCloseTo(1 - 0.2 * (5 / 8), 1)
    expect(energies[band]! / (energies[0] + energies[1] + energies[2])).toBeGreaterThan(0.99)
  })
  test('means the same energy at every rate', () => {
    const at = (rateHz: number) => measure(beat(usualLead(), rateHz)).numbers
    for (const name of ['band0', 'band5', 'band15'] as const) {
      expect(at(250)[name] / at(500)[name]).toBeCloseTo(1, 1)
      expect(at(1000)[name] / at(500)[name]).toBeCloseTo(1, 1)
    }
  })
})

test('noiseLevel takes no wander for noise', () => {
  const tone = Float64Array.from({ length: 200 }, (_, i) => 0.003 * i + 0.05 * Math.sin((2 * Math.PI * 50 * i) / 500))
  expect(noiseLevel(tone, { from: 0, to: 199 }, 500)).toBeCloseTo(0.05 / Math.SQRT2, 3)
  expect(noiseLevel(tone, { from: 0, to: 10 }, 500)).toBeNaN()
})

test('axes, angles and their words', () => {
  expect(frontalAxis(1, 0)).toBe(0)
  expect(frontalAxis(0, 1)).toBe(90)
  // II alone: I = 1/2, aVF = sqrt(3)/2 x sin 60 = 3/4 of the vector's length
  expect(frontalAxis(0.5, 0.75)).toBeCloseTo(60, 9)
  expect(frontalAxis(0, 0)).toBeNaN()
  expect(angleBetween(-170, 170)).toBe(20)
  expect([0, -45, 120, -120].map(axisCategory)).toEqual(['normal', 'left', 'right', 'extreme'])
  expect(korsVector([1, 0, 0, 0, 0, 0, 0, 0])).toEqual([0.38, -0.07, 0.11])
  expect(vectorAngle([1, 0, 0], [-2, 0, 0])).toBe(180)
})

test.each([
  ['bazett', 500],
  ['fridericia', 464.16],
  ['framingham', 455.44],
  ['hodges', 459.06]
] as const)('QTc %s of QT 400 at RR 640 ms', (formula, ms) => {
  expect(correctedQt({ qtMs: 400, rrMs: 640 }, formula)).toBeCloseTo(ms, 2)
})

test('QT dispersion needs eight leads', () => {
  expect(qtDispersion([400, 410, 395, 402, 400, 401, 399, 430])).toBe(35)
  expect(qtDispersion([400, 410, 395, 402, 400, 401, 399, Number.NaN])).toBeNaN()
})

test('R progression and transition', () => {
  const pairs = [
    [0.2, 1],
    [0.5, 1.2],
    [0.8, 0.9],
    [1.2, 0.4],
    [1.1, 0.2],
    [0.9, 0]
  ].map(([r, s]) => ({ r: r!, s: s! }))
  expect(transitionLead(pairs)).toBe('V4')
  // shares 0.4706 in V3 and 0.75 in V4: (0.5 - 0.4706) / 0.2794 behind V3
  expect(transitionZone(pairs)).toBeCloseTo(3.105, 3)
  expect(rProgression(pairs)).toBe('normal')
  expect(rProgression(pairs.map(({ s }, i) => ({ r: 0.05 * (i + 1), s })))).toBe('poor')
  expect(rProgression(pairs.map(({ r, s }, i) => ({ r: i === 2 ? 0.1 : r, s })))).toBe('reversed')
  expect(transitionLead(pairs.map(({ r }) => ({ r, s: 2 })))).toBe('beyond-V6')
})

test('voltage rules', () => {
  expect(cornellProduct({ voltage: 2, qrsMs: 100, sex: 'female' })).toBeCloseTo(260, 9)
  expect(lowVoltage({ limb: [0.4, 0.3], precordial: [0.9, 1.2] })).toBe('limb')
})

describe('beatBootstrap', () => {
  const bootstrap = beatBootstrap({ draws: 500, seed: 7 })
  test('lies around the point and is as wide as the median is uncertain', () => {
    const values = Float64Array.from({ length: 41 }, (_, i) => 100 + (i - 20))
    const { low, high, n } = bootstrap.around(110, values)!
    expect(n).toBe(41)
    // Uniform over 40: standard error of the median about 41 / (2 sqrt(41)) = 3.2, so 95 % is about +/- 6.3.
    expect(110 - low).toBeGreaterThan(3)
    expect(110 - low).toBeLessThan(9)
    expect(high - 110).toBeGreaterThan(3)
    expect(high - 110).toBeLessThan(9)
  })
  test('says the same with the same seed, and nothing of three beats', () => {
    const values = [1, 5, 2, 8, 3]
    expect(bootstrap.around(3, values)).toEqual(beatBootstrap({ draws: 500, seed: 7 }).around(3, values))
    expect(bootstrap.around(2, [1, 2, 3])).toBeUndefined()
    expect(bootstrap.around(2, [1, 2, 3, Number.NaN])).toBeUndefined()
  })
  test('has no width where all beats are equal', () => {
    expect(bootstrap.around(5, [2, 2, 2, 2])).toEqual({ low: 5, high: 5, n: 4 })
  })
})
