import { delineate } from '../delineate/delineate.ts'
import type { ClassedBeat } from '../delineation.ts'
import { seededRandom } from '../seeded-random.ts'
import { alignedAt } from './align.ts'
import { medianBeat } from './median-beat.ts'

const RATE_HZ = 500
const AT = [400, 820, 1250, 1660, 2090, 2500, 2930, 3350, 3770, 4200, 4610]

/** P 0.12, R 1.1, T 0.3 mV, times the lead's gain; wander of 0.1 mV and noise of 0.1 mV peak to peak. */
function made(gains: readonly number[], { noise = 0.1, wander = 0.1 } = {}): Float64Array[] {
  const random = seededRandom(7)
  const next = (): number => random() - 0.5
  return gains.map((gain) =>
    Float64Array.from({ length: 5000 }, (_, i) => {
      let value = wander * Math.sin(i / 700) + noise * next()
      for (const at of AT) {
        for (const [centre, width, height] of [
          [-80, 11, 0.12],
          [0, 5.5, 1.1],
          [140, 22, 0.3]
        ] as const)
          value += gain * height * Math.exp(-0.5 * ((i - at - centre) / width) ** 2)
      }
      return value
    })
  )
}

const GAINS = [1, -0.7, 0.5]
const classed = (at: readonly number[]): ClassedBeat[] =>
  at.map((one, i) => ({
    at: one,
    kind: 'normal',
    template: 0,
    correlation: 0.99,
    ...(i ? { rrMs: (one - at[i - 1]!) * 2 } : {})
  }))

const leads = made(GAINS)
const delineation = delineate(leads, { rateHz: RATE_HZ, beats: AT })
const found = medianBeat(leads, { rateHz: RATE_HZ, beats: classed(AT), delineation })!

test('has the heights that were made, from a baseline at 0, under noise and wander', () => {
  GAINS.forEach((gain, i) => {
    const { p, qrs, t } = found.leads[i]!
    expect(found.samples[i]![qrs!.peak]! / gain).toBeCloseTo(1.1, 1)
    expect(found.samples[i]![t!.peak]! / gain).toBeGreaterThan(0.24)
    expect(found.samples[i]![t!.peak]! / gain).toBeLessThan(0.36)
    expect(p!.peak - found.fiducial).toBeGreaterThan(-90)
    expect(p!.peak - found.fiducial).toBeLessThan(-70)
  })
})

test('says how little noise is left: near that of the beats by 1.253 over the root of their number', () => {
  // Uniform noise of width 0.1 has a standard deviation of 0.0289 mV; 11 beats.
  const expected = (1.253 * 0.1) / Math.sqrt(12 * found.beats.length)
  for (const noise of found.noiseMv) {
    expect(noise).toBeGreaterThan(expected * 0.7)
    expect(noise).toBeLessThan(expected * 1.5)
  }
})

test('lays the beats on each other where their fiducials do not', () => {
  const off = AT.map((at, i) => at + ((i % 3) - 1) * 3)
  expect(alignedAt(made(GAINS, { noise: 0, wander: 0 }), off, RATE_HZ).map((at, i) => at - AT[i]!)).toEqual(
    AT.map(() => expect.closeTo(0, -0.5))
  )
  const shifted = medianBeat(leads, { rateHz: RATE_HZ, beats: classed(off), delineation })!
  expect(shifted.samples[0]![shifted.leads[0]!.qrs!.peak]).toBeCloseTo(1.1, 1)
})

test('leaves other shapes and beats that are not whole out', () => {
  const beats = classed(AT).map((beat, i) =>
    i === 4 ? { ...beat, kind: 'ventricular-ectopic' as const, template: 1 } : beat
  )
  const all = medianBeat(leads, { rateHz: RATE_HZ, beats, delineation })!
  expect(all.beats).toEqual([0, 1, 2, 3, 5, 6, 7, 8, 9, 10])
  const cut = leads.map((lead) => lead.slice(0, 4700))
  expect(medianBeat(cut, { rateHz: RATE_HZ, beats, delineation })!.beats).not.toContain(10)
})

test('gives none for fewer than five beats', () => {
  expect(medianBeat(leads, { rateHz: RATE_HZ, beats: classed(AT).slice(0, 4), delineation })).toBeUndefined()
  expect(medianBeat([], { rateHz: RATE_HZ, beats: [], delineation })).toBeUndefined()
})

test('bridges no gap: samples that most beats lack are NaN', () => {
  const holed = leads.map((lead) => lead.slice())
  for (const at of AT.slice(0, 8)) holed[0]!.fill(Number.NaN, at + 200, at + 230)
  const { samples, fiducial } = medianBeat(holed, { rateHz: RATE_HZ, beats: classed(AT), delineation })!
  expect(samples[0]!.slice(fiducial + 200, fiducial + 230).every(Number.isNaN)).toBe(true)
  expect(samples[1]!.every(Number.isFinite)).toBe(true)
})

test('gain doubles heights and moves no mark', () => {
  const doubled = medianBeat(
    leads.map((lead) => lead.map((value) => 2 * value)),
    { rateHz: RATE_HZ, beats: classed(AT), delineation }
  )!
  expect(doubled.leads).toEqual(found.leads)
  expect(doubled.samples[0]![100]! / found.samples[0]![100]!).toBeCloseTo(2, 6)
})

test('draws its global marks from those of the beats, not from its leads', () => {
  const wider = delineation.global.map(({ qrs, ...others }) => ({
    ...others,
    ...(qrs ? { qrs: { ...qrs, onset: qrs.onset! - 5, offset: qrs.offset! + 7 } } : {})
  }))
  const { global } = medianBeat(leads, {
    rateHz: RATE_HZ,
    beats: classed(AT),
    delineation: { ...delineation, global: wider }
  })!
  expect(global.qrs!.onset! - found.global.qrs!.onset!).toBeCloseTo(-5, 6)
  expect(global.qrs!.offset! - found.global.qrs!.offset!).toBeCloseTo(7, 6)
})
