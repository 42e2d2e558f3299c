import { seededRandom } from '../../../test/support/seeded-random.ts'
import type { BeatKind, ClassedBeat } from '../delineation.ts'
import { afEvidence } from './af-evidence.ts'
import { asymmetry } from './asymmetry.ts'
import { capacity } from './capacity.ts'
import { fragmentation } from './fragmentation.ts'
import { coveredS, differences, intervals, longestRun, nnOf, selectNn, spanS } from './nn-series.ts'
import { pnn } from './pnn.ts'
import { poincare } from './poincare.ts'
import { respirationRate } from './respiration.ts'
import { rmssd } from './rmssd.ts'
import { rrStatistics } from './rr-statistics.ts'
import { sdann, sdnnIndex } from './sdann.ts'
import { sdnn } from './sdnn.ts'
import { spectralPowers } from './spectral.ts'
import { tachogram } from './tachogram.ts'
import { tinn, triangularIndex } from './triangular.ts'
import { heartRateTurbulence } from './turbulence.ts'
import { powerBetween, welch } from './welch.ts'

const RATE_HZ = 500

/** Beats with these intervals (ms) before them; `kinds` by beat number, others normal; NaN: a gap lies before the beat. */
function beatsOf(rr: readonly number[], kinds: Record<number, BeatKind> = {}): ClassedBeat[] {
  let at = 0
  return [Number.NaN, ...rr].map((rrMs, k) => {
    at += ((Number.isFinite(rrMs) ? rrMs : 5000) / 1000) * RATE_HZ
    const kind = kinds[k] ?? 'normal'
    return { at, kind, template: 0, correlation: 1, ...(Number.isFinite(rrMs) ? { rrMs } : {}) }
  })
}

/** Intervals that swing by `sizeMs` at `hz`, for `seconds`. */
function swinging(hz: number, sizeMs: number, seconds: number, meanMs = 800): number[] {
  const rr: number[] = []
  for (let t = 0; t < seconds; t += rr.at(-1)! / 1000) rr.push(meanMs + sizeMs * Math.sin(2 * Math.PI * hz * t))
  return rr
}

const noise = (n: number, seed: number, sizeMs = 50, meanMs = 800): number[] => {
  const next = seededRandom(seed)
  return Array.from({ length: n }, () => meanMs + sizeMs * (next() + next() + next() - 1.5))
}

test('leaves out the intervals on both sides of an ectopic beat and never joins what lies around it', () => {
  const nn = selectNn(beatsOf([800, 810, 500, 1100, 820, 830], { 3: 'ventricular-ectopic' }), RATE_HZ)
  expect(nn.map(({ rr }) => [...rr])).toEqual([
    [800, 810],
    [820, 830]
  ])
  expect([...differences(nn)]).toEqual([10, 10])
  expect(nn[1]!.fromS - nn[0]!.fromS).toBeCloseTo(0.8 + 0.81 + 0.5 + 1.1, 9)
})

test('ends a run at a gap and at an interval of a missed beat', () => {
  const gap = selectNn(beatsOf([800, 800, Number.NaN, 800, 800]), RATE_HZ)
  expect(gap.map(({ rr }) => rr.length)).toEqual([2, 2])
  const missed = beatsOf([800, 800, 800, 800, 1600, 800, 800, 800, 800])
  expect(intervals(selectNn(missed, RATE_HZ))).not.toContain(1600)
  expect(intervals(selectNn(missed, RATE_HZ, { anyRhythm: true }))).toContain(1600)
  expect(spanS(gap)).toBeGreaterThan(coveredS(gap))
  expect(longestRun([])).toHaveLength(0)
})

test('gives the indices of a series that can be done by hand', () => {
  const nn = nnOf([800, 860, 800, 805, 800])
  expect(rmssd(nn)).toBeCloseTo(Math.sqrt((3600 + 3600 + 25 + 25) / 4), 9)
  expect(pnn(nn, 50)).toBe(40)
  expect(sdnn(nn)).toBeCloseTo(26.3629, 4)
  expect(rrStatistics(intervals(nn))).toMatchObject({ mean: 813, median: 800, min: 800, max: 860 })
  expect(poincare(nn)!.sd1).toBeCloseTo(Math.sqrt(7250 / 3 / 2), 6) // differences sum to 0: SD1 = SD(differences) / sqrt 2
})

test('scales with the intervals: twice the spread gives twice every index in ms, and the same shares', () => {
  const base = noise(400, 5)
  const wide = base.map((value) => 800 + 2 * (value - 800))
  for (const index of [sdnn, rmssd, (nn: ReturnType<typeof nnOf>) => poincare(nn)?.sd2]) {
    expect(index(nnOf(wide))! / index(nnOf(base))!).toBeCloseTo(2, 6)
  }
  expect(fragmentation(nnOf(wide))).toEqual(fragmentation(nnOf(base)))
  expect(asymmetry(nnOf(wide))!.guzik).toBeCloseTo(asymmetry(nnOf(base))!.guzik, 6)
})

test('finds a swing of the intervals in its band, by Welch and, with beats left out, by Lomb-Scargle', () => {
  const rr = swinging(0.1, 30, 310)
  const even = spectralPowers(nnOf(rr))!
  expect(even.method).toBe('welch')
  expect(even.lf).toBeGreaterThan(0.85 * (30 ** 2 / 2))
  expect(even.lf).toBeLessThan(1.1 * (30 ** 2 / 2))
  expect(even.lfNu).toBeGreaterThan(98)
  const beats = beatsOf(
    rr,
    Object.fromEntries([40, 90, 150, 200, 260, 310].map((k) => [k, 'ventricular-ectopic' as const]))
  )
  const uneven = spectralPowers(selectNn(beats, RATE_HZ))!
  expect(uneven.method).toBe('lomb')
  expect(uneven.lf / even.lf).toBeGreaterThan(0.85)
  expect(uneven.lf / even.lf).toBeLessThan(1.15)
  expect(spectralPowers(nnOf(swinging(0.25, 30, 310)))!.hfNu).toBeGreaterThan(95)
})

test('says nothing of frequencies under five minutes, nor of days under twenty hours', () => {
  expect(spectralPowers(nnOf(swinging(0.1, 30, 280)))).toBeUndefined()
  const hour = nnOf(swinging(0.1, 30, 3600))
  expect(sdann(hour)).toBeUndefined()
  expect(sdnnIndex(hour)).toBeUndefined()
  expect(spectralPowers(hour)).not.toHaveProperty('ulf')
  expect(triangularIndex(nnOf(swinging(0.1, 30, 200)))).toBeUndefined()
})

test('gives SDANN, SDNN index and ULF of a simulated day', () => {
  const day: number[] = []
  // 100 ms between day and night, 20 ms of breathing.
  for (let t = 0; t < 86_400; t += day.at(-1)! / 1000) {
    day.push(900 + 100 * Math.sin((2 * Math.PI * t) / 86_400) + 20 * Math.sin(2 * Math.PI * 0.25 * t))
  }
  const nn = nnOf(day)
  expect(sdann(nn)).toBeCloseTo(100 / Math.SQRT2, 0)
  expect(sdnnIndex(nn)).toBeCloseTo(20 / Math.SQRT2, 0)
  expect(spectralPowers(nn)!.ulf! / 5000).toBeGreaterThan(0.7)
})

test('keeps the power of a sine whatever its place between two lines', () => {
  for (const hz of [0.1, 0.10037, 0.123]) {
    const signal = Float64Array.from({ length: 4000 }, (_, i) => 3 * Math.sin((2 * Math.PI * hz * i) / 4))
    const spectrum = welch([signal], { rateHz: 4, segment: 1200 })!
    expect(powerBetween(spectrum, 0.05, 0.2)).toBeCloseTo(4.5, 1)
    expect(powerBetween(spectrum, 0.05, 0.1) + powerBetween(spectrum, 0.1, 0.2)).toBeCloseTo(
      powerBetween(spectrum, 0.05, 0.2),
      9
    )
  }
  expect(welch([new Float64Array(10)], { rateHz: 4, segment: 1200 })).toBeUndefined()
})

test('draws the tachogram through its points', () => {
  const curve = tachogram(Float64Array.of(1000, 1250, 1000, 750, 1000))
  expect(curve[0]).toBeCloseTo(1000, 9)
  expect(curve[5]).toBeCloseTo(1250, 9) // 1.25 s on, at 4 Hz
  expect(tachogram(Float64Array.of(800, 800))).toHaveLength(0)
})

test('fits the base of a triangular histogram', () => {
  // Counts 1, 2 ... 20 ... 2, 1 in bins of 1/128 s: the feet stand 20 bins from the top.
  const rr = Array.from({ length: 39 }, (_, i) => i - 19).flatMap((bin) =>
    new Array<number>(20 - Math.abs(bin)).fill(((100 + bin + 0.5) * 1000) / 128)
  )
  expect(tinn(nnOf(rr))).toBeCloseTo((40 * 1000) / 128, 6)
  expect(triangularIndex(nnOf(rr))).toBe(20)
})

test('tells alternation from long segments', () => {
  const alternating = fragmentation(nnOf(Array.from({ length: 100 }, (_, i) => 800 + 20 * (i % 2))))!
  expect(alternating).toMatchObject({ ials: 1, pss: 100, pas: 100 })
  const slow = fragmentation(nnOf(Array.from({ length: 100 }, (_, i) => 800 + 10 * Math.abs((i % 20) - 10))))!
  expect(slow.ials).toBeCloseTo(0.1, 1)
  expect(slow.pss).toBeLessThan(5)
  expect(slow.pas).toBe(0)
})

test('sees that fast slowing and slow speeding up are not alike', () => {
  const rr = Array.from({ length: 121 }, (_, i) => 900 - 10 * (i % 10))
  expect(asymmetry(nnOf(rr))!.porta).toBeCloseTo(90, 0) // nine accelerations to each deceleration
  expect(asymmetry(nnOf(rr))!.guzik).toBeCloseTo(50, 0) // of the same total size
  expect(asymmetry(nnOf(new Array(100).fill(800)))).toBeUndefined()
})

test('calls irregular intervals evidence of fibrillation, and neither sinus rhythm nor bigeminy', () => {
  const irregular = noise(150, 3, 250)
  expect(afEvidence(nnOf(irregular))!.share).toBeGreaterThan(0.3)
  expect(afEvidence(nnOf(swinging(0.25, 40, 120)))!.share).toBeLessThan(-0.5)
  expect(afEvidence(nnOf(Array.from({ length: 150 }, (_, i) => (i % 2 ? 1000 : 600))))!.share).toBeLessThan(0)
  expect(afEvidence(nnOf(noise(15, 3, 250)))).toBeUndefined()
})

test('gives onset and slope of a turbulence that was put in', () => {
  // Before 800; pause; then 780, 780 and a rise of 6 ms a beat.
  const one = [
    800,
    800,
    800,
    800,
    800,
    800,
    560,
    1040,
    780,
    780,
    ...Array.from({ length: 13 }, (_, i) => 780 + 6 * (i + 1))
  ]
  const rr = Array.from({ length: 6 }, () => one).flat()
  const kinds = Object.fromEntries(
    Array.from({ length: 6 }, (_, i) => [i * one.length + 7, 'ventricular-ectopic' as const])
  )
  const found = heartRateTurbulence(beatsOf(rr, kinds))!
  expect(found.ectopics).toBe(6)
  expect(found.onset).toBeCloseTo((100 * (1560 - 1600)) / 1600, 6)
  expect(found.slope).toBeCloseTo(6, 6)
  expect(heartRateTurbulence(beatsOf(one, { 7: 'ventricular-ectopic' }))).toBeUndefined()
})

test('gives the capacity of a saw-tooth', () => {
  // Up by 10 ms for four beats, down by 10 for four: X[0] + X[1] - X[-1] - X[-2] averages (30 + 2 x 40 - ... ) by hand below.
  const rr = Array.from({ length: 500 }, (_, i) => 800 + 10 * (4 - Math.abs((i % 8) - 4)))
  const found = capacity(nnOf(rr))!
  // Decelerations at phases 1-4; (x0 + x1 - x-1 - x-2) = 10+20-0-10, 20+30-10-0, 30+40-20-10, 40+30-30-20 = 20, 40, 40, 20; over 4.
  expect(found.deceleration).toBeCloseTo(30 / 4, 1)
  expect(found.acceleration).toBeCloseTo(-30 / 4, 1)
  expect(capacity(nnOf(rr.slice(0, 100)))).toBeUndefined()
})

test('hears the breathing in QRS heights and intervals, and says nothing where there is none', () => {
  const times: number[] = []
  for (let t = 0; t < 60; t += 0.8 + 0.03 * Math.sin(2 * Math.PI * 0.3 * t)) times.push(t)
  const next = seededRandom(9)
  const heights = Float64Array.from(times, (t) => 1 + 0.05 * Math.sin(2 * Math.PI * 0.3 * t) + 0.02 * (next() - 0.5))
  const rr = Float64Array.from(times, (t, i) => (i ? (t - times[i - 1]!) * 1000 : Number.NaN))
  expect(respirationRate(Float64Array.from(times), [heights, rr])!.rate).toBeCloseTo(18, 0)
  const random = Float64Array.from(times, () => next())
  expect(respirationRate(Float64Array.from(times), [random])).toBeUndefined()
  expect(respirationRate(Float64Array.from(times.slice(0, 20)), [heights.slice(0, 20)])).toBeUndefined()
})

test('refuses too few intervals everywhere instead of answering NaN', () => {
  const few = nnOf([800, 810])
  for (const index of [
    sdnn,
    rmssd,
    poincare,
    fragmentation,
    asymmetry,
    capacity,
    triangularIndex,
    tinn,
    afEvidence,
    spectralPowers
  ]) {
    expect(index(few)).toBeUndefined()
    expect(index([])).toBeUndefined()
  }
})
