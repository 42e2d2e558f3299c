import { beatOnsets, synthesize } from '../../../../test/support/synthetic-ecg.ts'
import { TWELVE } from '../../../../test/support/synthetic-measurement.ts'
import { seededRandom } from '../../../signal/seeded-random.ts'
import { measure } from '../measure.ts'
import { DEFAULT_PARAMETERS } from '../policy.ts'
import type { EcgomicsInput, FeatureValue } from '../types.ts'

/** Waves are drawn at this rate and thinned to the one that is asked for. */
const FINE_HZ = 1000

/** From samples to features by the classical path, on waves whose edges are known. */
async function features(
  change: (mv: number, i: number, rateHz: number) => number = (mv) => mv,
  { rateHz = 500, names = Object.keys(TWELVE) }: { rateHz?: number; names?: string[] } = {}
): Promise<FeatureValue[]> {
  const onsetsMs = beatOnsets({ seconds: 10, rrMs: 800 })
  const leads = names.map((name) => {
    const next = seededRandom(Object.keys(TWELVE).indexOf(name) + 1)
    const fine = smoothed(synthesize(TWELVE[name]!, { onsetsMs, seconds: 10, rateHz: FINE_HZ }))
    const clean = fine.filter((_, i) => i % (FINE_HZ / rateHz) === 0)
    return { name, samples: clean.map((mv, i) => change(mv + 0.005 * (next() - 0.5), i, rateHz)) }
  })
  const input: EcgomicsInput = { rateHz, leads, age: 50, sex: 'male' }
  const parameters = { ...DEFAULT_PARAMETERS, delineator: 'classical' as const, bootstrapDraws: 50 }
  return (await measure(input, parameters, undefined as never)).features
}
/** No recorder shows a corner: two moving averages over 8 ms take the waves' corners off (-3 dB at about 40 Hz). */
function smoothed(samples: Float64Array): Float64Array {
  const half = Math.round(0.004 * FINE_HZ)
  const average = (from: Float64Array) =>
    from.map((_, i) => {
      const part = from.subarray(Math.max(0, i - half), i + half + 1)
      return part.reduce((sum, mv) => sum + mv, 0) / part.length
    })
  return average(average(samples))
}
const find = (all: FeatureValue[], id: string, lead?: string) => all.find((one) => one.id === id && one.lead === lead)!
const value = (all: FeatureValue[], id: string, lead?: string) => find(all, id, lead).value ?? Number.NaN
const INTERVALS = ['p.duration', 'pr.interval', 'qrs.duration', 'qt.interval', 'qt.fridericia', 'qt.bazett']

describe('from samples to features', () => {
  test('measures the intervals of exact waves within the reach of a delineator', async () => {
    const all = await features()
    // Smoothing spreads the edges of QRS by 8 ms each, P and T fade out: coarse limits; the delineator is judged on LUDB.
    expect(Math.abs(value(all, 'pr.interval') - 140)).toBeLessThanOrEqual(20)
    expect(Math.abs(value(all, 'qrs.duration') - 90)).toBeLessThanOrEqual(30)
    expect(Math.abs(value(all, 'qt.interval') - 380)).toBeLessThanOrEqual(20)
    expect(value(all, 'heart.rate')).toBeCloseTo(75, 1)
    // Smoothing also takes about 5 % off an R wave of 40 ms.
    expect(Math.abs(value(all, 'voltage.sokolow-lyon') - 0.95 * 2.4)).toBeLessThan(0.08)
  })

  test('twice the gain doubles amplitudes and moves no interval', async () => {
    const [once, twice] = await Promise.all([features(), features((mv) => 2 * mv)])
    for (const id of INTERVALS) expect(Math.abs(value(twice, id) - value(once, id))).toBeLessThan(1e-6)
    for (const id of ['r.amplitude', 't.amplitude', 'st.j60', 'p.amplitude'])
      expect(value(twice, id, 'V5')).toBeCloseTo(2 * value(once, id, 'V5'), 9)
    expect(value(twice, 'voltage.cornell')).toBeCloseTo(2 * value(once, 'voltage.cornell'), 9)
  })

  // 1000 Hz: on real tracings (invariance.data.test.ts), where the noise does not grow with the rate.
  test('250 Hz agrees with 500 Hz within 4 ms', async () => {
    const [usual, other] = await Promise.all([features(), features(undefined, { rateHz: 250 })])
    for (const id of INTERVALS) expect(Math.abs(value(other, id) - value(usual, id))).toBeLessThanOrEqual(4)
  })

  test('an offset changes nothing', async () => {
    const [usual, shifted] = await Promise.all([features(), features((mv) => mv + 1.3)])
    for (const feature of usual) {
      const same = find(shifted, feature.id, feature.lead)
      expect(same.category).toBe(feature.category)
      if (feature.value !== undefined) expect(same.value).toBeCloseTo(feature.value, 6)
    }
  })

  test('the order of the leads changes nothing', async () => {
    const names = Object.keys(TWELVE).reverse()
    const [usual, turned] = await Promise.all([features(), features(undefined, { names })])
    for (const feature of usual) {
      const same = find(turned, feature.id, feature.lead)
      expect(same.category).toBe(feature.category)
      if (feature.value !== undefined) expect(same.value).toBeCloseTo(feature.value, 6)
    }
  })
})
