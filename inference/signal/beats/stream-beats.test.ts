import fc from 'fast-check'
import { seededRandom } from '../../../test/support/seeded-random.ts'
import { simulated } from '../../../test/support/simulated-ecg.ts'
import { detectBeats } from './detect-beats.ts'
import { createBeatStream } from './stream-beats.ts'

const RATE = 250
const every = (rr: number, seconds: number) =>
  Array.from({ length: Math.floor((seconds - 0.7) / rr) }, (_, i) => 0.5 + i * rr)
const noisy = (samples: Float64Array, height: number, seed = 1001) => {
  const next = seededRandom(seed)
  return samples.map((value) => value + height * (next() + next() + next() - 1.5))
}
const truth = every(0.8, 60)
const clean = simulated(truth, 60, RATE)
const ecg = noisy(clean, 0.03)

/** How many of the true beats were found within 50 ms, and how many were found that are none. */
function judged(found: readonly number[], expected: readonly number[] = truth, rateHz = RATE) {
  const near = (a: number, b: number) => Math.abs(a - b) <= 0.05
  return {
    missed: expected.filter((at) => !found.some((beat) => near(beat / rateHz, at))).length,
    extra: found.filter((beat) => !expected.some((at) => near(beat / rateHz, at))).length
  }
}

describe('a recording that comes piece by piece', () => {
  const second = noisy(
    clean.map((value) => -0.6 * value),
    0.05,
    7
  )
  const gapped = ecg.slice()
  gapped.fill(Number.NaN, 5000, 6000)
  const leads = [gapped, second.map((value, i) => (i >= 5400 && i < 5900 ? Number.NaN : value))]
  test.each(['energy', 'gradient'] as const)('has the same beats however it is cut: %s', (detector) => {
    const whole = detectBeats(leads, RATE, { detector }).beats
    expect(whole.length).toBeGreaterThan(60)
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 4000 }), { minLength: 1, maxLength: 12 }), (sizes) => {
        const stream = createBeatStream({ rateHz: RATE, leads: 2, detector })
        const beats: number[] = []
        for (let from = 0, k = 0; from < ecg.length; k++) {
          const size = k < 40 ? sizes[k % sizes.length]! : ecg.length
          beats.push(...stream.push(leads.map((lead) => lead.subarray(from, from + size))).map(({ at }) => at))
          from += size
        }
        beats.push(...stream.flush().map(({ at }) => at))
        expect(beats).toEqual(whole)
      }),
      { numRuns: 15, seed: 1001 }
    )
  })

  test('gives beats on the way, not only at the end', () => {
    const stream = createBeatStream({ rateHz: RATE, leads: 1 })
    expect(stream.push([ecg]).length).toBeGreaterThan(40)
  })

  test('says which beats come after a gap, and that there is none where one lead went on', () => {
    const behindGaps = (of: Float64Array[]) => {
      const stream = createBeatStream({ rateHz: RATE, leads: of.length })
      return [...stream.push(of), ...stream.flush()].filter(({ afterGap }) => afterGap).map(({ at }) => at / RATE)
    }
    expect(behindGaps([gapped])).toEqual([expect.closeTo(24.5, 1)])
    expect(behindGaps([gapped, second])).toEqual([])
  })

  test('has no beats where there is nothing', () => {
    expect(detectBeats([new Float64Array(0)], RATE)).toEqual({ beats: [], second: [], bsqi: 0 })
    expect(detectBeats([], RATE).beats).toEqual([])
    expect(detectBeats([new Float64Array(10_000)], RATE).beats).toEqual([])
    expect(detectBeats([new Float64Array(10_000).fill(Number.NaN)], RATE).beats).toEqual([])
  })
})

describe('fiducials do not depend on', () => {
  const leads = [ecg, noisy(clean, 0.05, 5), noisy(clean, 0.08, 9)]
  const { beats, second } = detectBeats(leads, RATE)
  const same = (changed: Float64Array[]) =>
    expect(detectBeats(changed, RATE)).toMatchObject({ beats, second: second.slice() })
  test('the gain', () => same(leads.map((lead) => lead.map((value) => 2 * value))))
  test('the gain of one lead', () => same([leads[0]!.map((value) => 4 * value), leads[1]!, leads[2]!]))
  test('an offset', () => same(leads.map((lead) => lead.map((value) => value + 5))))
  test('the polarity', () => same(leads.map((lead) => lead.map((value) => -value))))
  test('the order of the leads', () => same([leads[2]!, leads[0]!, leads[1]!]))
  test('the rate, beyond 4 ms', () => {
    const at = (rateHz: number) =>
      detectBeats([simulated(truth, 60, rateHz)], rateHz).beats.map((beat) => beat / rateHz)
    const reference = at(1000)
    for (const rateHz of [250, 360, 500]) {
      const seconds = at(rateHz)
      expect(seconds).toHaveLength(reference.length)
      for (const [i, second] of seconds.entries()) expect(Math.abs(second - reference[i]!)).toBeLessThanOrEqual(0.004)
    }
  })
})

describe('detectors survive', () => {
  const burst = (from: number, to: number, height: number) => {
    const noise = noisy(new Float64Array(ecg.length), height, 3)
    return ecg.map((value, i) => (i >= from && i < to ? value + noise[i]! : value))
  }
  test.each<[string, Float64Array, number, number]>([
    ['a burst of noise of two seconds', burst(5000, 5500, 4), 3, 8],
    ['a wandering baseline', ecg.map((value, i) => value + 3 * Math.sin((2 * Math.PI * 0.3 * i) / RATE)), 0, 0],
    ['mains half as high as the complexes', ecg.map((v, i) => v + 0.5 * Math.sin((2 * Math.PI * 50 * i) / RATE)), 0, 2],
    ['complexes of 50 uV', noisy(clean, 0.03).map((value) => value / 20), 0, 0],
    ['steps of the baseline', ecg.map((value, i) => value + (Math.floor(i / 2600) % 2)), 1, 6]
  ])('%s', (_, samples, missed, extra) => {
    const found = detectBeats([samples], RATE)
    for (const beats of [found.beats, found.second]) {
      const { missed: m, extra: e } = judged(beats)
      expect(m).toBeLessThanOrEqual(missed)
      expect(e).toBeLessThanOrEqual(extra)
    }
  })

  test('one lead of noise beside one that is good', () => {
    expect(judged(detectBeats([noisy(new Float64Array(ecg.length), 1, 3), ecg], RATE).beats)).toEqual({
      missed: 0,
      extra: 0
    })
  })

  test('a pause of eight seconds, in which they find nothing', () => {
    const pause = truth.filter((at) => at < 20 || at > 28)
    const { beats } = detectBeats([noisy(simulated(pause, 60, RATE), 0.02)], RATE)
    expect(judged(beats, pause)).toEqual({ missed: 0, extra: 0 })
  })

  test('a flat stretch and a gap, without a beat in either', () => {
    const flat = ecg.map((value, i) =>
      i >= 4000 && i < 5500 ? ecg[4000]! : i >= 9000 && i < 11_000 ? Number.NaN : value
    )
    const left = truth.filter((at) => !(at >= 15.9 && at < 22.1) && !(at >= 35.9 && at < 44.1))
    const { beats } = detectBeats([flat], RATE)
    expect(judged(beats, left).missed).toBe(0)
    expect(beats.filter((at) => (at > 4050 && at < 5450) || (at > 9000 && at < 11_000))).toEqual([])
  })

  test('a giant and wide ectopic beat after each normal one', () => {
    const normal = every(1.4, 60)
    const ectopic = normal.map((at) => at + 0.5).filter((at) => at < 59)
    const wide = new Float64Array(60 * RATE)
    for (const at of ectopic) {
      for (let i = 0; i < wide.length; i++) wide[i]! += 3 * Math.exp(-0.5 * ((i / RATE - at) / 0.035) ** 2)
    }
    const both = simulated(normal, 60, RATE).map((value, i) => value + wide[i]!)
    const { beats } = detectBeats([noisy(both, 0.03)], RATE)
    expect(judged(beats, [...normal, ...ectopic])).toEqual({ missed: 0, extra: 0 })
  })

  test('ventricular flutter at 250/min', () => {
    const flutter = Float64Array.from({ length: 20 * RATE }, (_, i) => Math.sin((2 * Math.PI * (250 / 60) * i) / RATE))
    const { beats } = detectBeats([flutter], RATE)
    expect(beats.every(Number.isFinite)).toBe(true)
  })
})
