import { seededRandom } from '../../../test/support/seeded-random.ts'
import { simulated } from '../../../test/support/simulated-ecg.ts'
import { classBeats } from './class-beats.ts'
import { detectBeats } from './detect-beats.ts'
import { pacingSpikes } from './pacing-spikes.ts'

const RATE = 500
const SECONDS = 20
const normal = Array.from({ length: 24 }, (_, i) => 0.5 + i * 0.8)
/** Kind of the beat found nearest to a time. */
const kindAt = (leads: Float64Array[], at: number, options: { paced?: boolean } = {}) => {
  const beats = classBeats(leads, RATE, detectBeats(leads, RATE).beats, options)
  return beats.reduce((best, beat) => (Math.abs(beat.at - at * RATE) < Math.abs(best.at - at * RATE) ? beat : best))
    .kind
}
const noisy = (samples: Float64Array): Float64Array => {
  const next = seededRandom(1001)
  return samples.map((value) => value + 0.02 * (next() + next() + next() - 1.5))
}
/** A wide complex of its own direction: two Gaussians of 35 ms, mV. */
const ectopic = (at: number): Float64Array =>
  Float64Array.from({ length: SECONDS * RATE }, (_, i) => {
    const bump = (offset: number) => Math.exp(-0.5 * ((i / RATE - at - offset) / 0.035) ** 2)
    return -1.8 * bump(0) + 1.2 * bump(0.12)
  })
const add = (a: Float64Array, b: Float64Array): Float64Array => a.map((value, i) => value + b[i]!)

describe('classBeats', () => {
  test('takes an early wide beat with a pause after it for ventricular and the others for normal', () => {
    const times = normal.filter((_, i) => i !== 10)
    const lead = noisy(add(simulated(times, SECONDS, RATE), ectopic(0.5 + 9 * 0.8 + 0.5)))
    const beats = classBeats([lead], RATE, detectBeats([lead], RATE).beats)
    expect(beats.filter(({ kind }) => kind === 'ventricular-ectopic').map(({ at }) => at / RATE)).toEqual([
      expect.closeTo(8.26, 1)
    ])
    expect(beats.filter(({ kind }) => kind === 'normal')).toHaveLength(times.length)
    expect(beats.filter(({ template }) => template === 0)).toHaveLength(times.length)
  })

  test('takes an early beat of the usual shape for supraventricular, but not where no beat is regular', () => {
    const early = normal.map((at, i) => (i === 10 ? at - 0.28 : at))
    expect(kindAt([noisy(simulated(early, SECONDS, RATE))], early[10]!)).toBe('supraventricular-ectopic')
    const next = seededRandom(7)
    const irregular: number[] = []
    for (let at = 0.5; at < 19; at += 0.45 + 0.7 * next()) irregular.push(at)
    const lead = noisy(simulated(irregular, SECONDS, RATE))
    const kinds = classBeats([lead], RATE, detectBeats([lead], RATE).beats).map(({ kind }) => kind)
    expect(kinds.filter((kind) => kind === 'supraventricular-ectopic')).toEqual([])
  })

  test('takes the usual beats for paced when the record says so, or a stimulus stands before each', () => {
    const clean = noisy(simulated(normal, SECONDS, RATE))
    expect(kindAt([clean], normal[5]!, { paced: true })).toBe('paced')
    expect(kindAt([clean], normal[5]!)).toBe('normal')
    const spiked = clean.slice()
    for (const at of normal) spiked[Math.round((at - 0.06) * RATE)]! += 1
    expect(kindAt([spiked], normal[5]!)).toBe('paced')
    expect(pacingSpikes([spiked], RATE)).toHaveLength(normal.length)
    expect(pacingSpikes([clean], RATE)).toEqual([])
    expect(pacingSpikes([spiked], 360)).toEqual([])
  })

  test('gives no RR for the first beat nor across a gap, and one lead that goes on is no gap', () => {
    const lead = noisy(simulated(normal, SECONDS, RATE))
    const gapped = lead.slice()
    gapped[4100] = Number.NaN
    const beats = [450, 850, 1250, 3650, 4050, 4450].map((at) => at - 200)
    const without = (leads: Float64Array[]) =>
      classBeats(leads, RATE, beats).flatMap(({ rrMs }, i) => (rrMs === undefined ? [i] : []))
    expect(without([gapped])).toEqual([0, 5])
    expect(without([gapped, lead])).toEqual([0])
    expect(classBeats([lead], RATE, beats)[1]!.rrMs).toBe(800)
  })

  test('does not change with gain, offset or order of the leads', () => {
    const leads = [noisy(add(simulated(normal, SECONDS, RATE), ectopic(5))), noisy(simulated(normal, SECONDS, RATE))]
    const { beats } = detectBeats(leads, RATE)
    const kinds = (of: Float64Array[]) => classBeats(of, RATE, beats).map(({ kind, template }) => `${kind} ${template}`)
    const reference = kinds(leads)
    expect(kinds(leads.map((lead) => lead.map((value) => 2 * value + 3)))).toEqual(reference)
    expect(kinds([leads[1]!, leads[0]!])).toEqual(reference)
  })

  test('has no kind to give where nothing is', () => {
    expect(classBeats([], RATE, [])).toEqual([])
    expect(classBeats([new Float64Array(5000).fill(Number.NaN)], RATE, [1000, 2000])).toMatchObject([
      { kind: 'unclear' },
      { kind: 'unclear' }
    ])
  })
})
