import fc from 'fast-check'
import { classBeats } from '../signal/beats/class-beats.ts'
import { detectBeats } from '../signal/beats/detect-beats.ts'
import { delineate } from '../signal/delineate/delineate.ts'
import { seededRandom } from '../signal/seeded-random.ts'
import { exchangedSegment } from './exchanged-segment.ts'
import { type TimedBeat, USUAL_SEGMENTS } from './timed-beat.ts'
import { type BeatsOfLead, presentBeat, usualContributions, withUsual } from './usual-segment.ts'

/** Heights in mV, widths (SD) and times from R in seconds. */
interface Heart {
  p: { height: number; width: number; at: number }
  /** Width of R and S, and how much later S comes. */
  qrs: { width: number; later: number }
  t: { height: number; width: number }
}
const USUAL: Heart = {
  p: { height: 0.12, width: 0.02, at: -0.16 },
  qrs: { width: 0.011, later: 0 },
  t: { height: 0.3, width: 0.045 }
}

/** Ten seconds of one lead with its beats and waves. */
function tracing(
  { p, qrs, t }: Heart = USUAL,
  { rateHz = 500, rr = 0.8, noise = 0.003, seed = 1, strange = [] as number[] } = {}
): BeatsOfLead {
  const random = seededRandom(seed)
  const at = Array.from({ length: Math.floor(9.3 / rr) }, (_, i) => 0.4 + rr * i)
  const samples = Float64Array.from(
    { length: 10 * rateHz },
    (_, i) => 0.05 * Math.sin(i / rateHz) + noise * (random() - 0.5)
  )
  const add = (centre: number, height: number, width: number) => {
    const last = Math.min(samples.length - 1, Math.ceil((centre + 5 * width) * rateHz))
    for (let i = Math.max(0, Math.floor((centre - 5 * width) * rateHz)); i <= last; i++)
      samples[i]! += height * Math.exp(-0.5 * ((i / rateHz - centre) / width) ** 2)
  }
  for (const [k, beat] of at.entries()) {
    if (strange.includes(k)) {
      add(beat, 1.4, 0.04)
      add(beat + 0.3, -0.5, 0.06)
      continue
    }
    add(beat + p.at, p.height, p.width)
    add(beat - 0.03, -0.1, 0.01)
    add(beat, 1, qrs.width)
    add(beat + 0.03 + qrs.later, -0.25, qrs.width)
    // J comes later by what S does and what it is wider, and T keeps its distance from J.
    add(beat + 0.26 + qrs.later + 3 * (qrs.width - 0.011), t.height, t.width)
  }
  const found = detectBeats([samples], rateHz).beats
  return {
    samples,
    rateHz,
    beats: classBeats([samples], rateHz, found),
    delineation: delineate([samples], { rateHz, beats: found })
  }
}

/** The usual heart on another day: other noise. */
const REFERENCE = tracing(USUAL, { seed: 2 })

const largest = (values: Float64Array): number => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
const apart = (a: Float64Array, b: Float64Array): number => largest(a.map((value, i) => value - b[i]!))

test('a tracing exchanged with itself stays: bit for bit, but for the noise of QRS', () => {
  fc.assert(
    fc.property(
      fc.record({
        height: fc.double({ min: 0.15, max: 0.9, noNaN: true }),
        width: fc.double({ min: 0.025, max: 0.06, noNaN: true }),
        rr: fc.double({ min: 0.6, max: 1.1, noNaN: true }),
        rateHz: fc.constantFrom(250, 500),
        seed: fc.integer({ min: 1, max: 99 })
      }),
      ({ height, width, ...options }) => {
        const lead = tracing({ ...USUAL, t: { height, width } }, options)
        const beat = presentBeat(lead)!
        for (const segment of USUAL_SEGMENTS) {
          const same = withUsual([segment], lead, beat, beat.timed)
          // A beat differs from the median by up to a sample's shift along the upstroke of R, 55 mV/s.
          expect(apart(same, lead.samples)).toBeLessThan(segment === 'qrs' ? 60 / options.rateHz : 1e-9)
        }
      }
    ),
    { seed: 3003, numRuns: 4 }
  )
})

/** What is planted, the change of the heart, and where a score that sees it looks. */
const PLANTED = [
  ['t', { ...USUAL, t: { height: 0.7, width: 0.03 } }, [0.15, 0.4]],
  ['p', { ...USUAL, p: { height: 0.02, width: 0.028, at: -0.18 } }, [-0.24, -0.1]],
  ['qrs', { ...USUAL, qrs: { width: 0.02, later: 0.02 } }, [-0.05, 0.1]]
] as const

/** The farther from the usual trace in a window behind each beat of it, the higher: root of the mean square, as a logit. */
const strangerThan =
  (usual: BeatsOfLead, [from, to]: readonly [number, number] = [-0.3, 0.5]) =>
  async (batch: Float64Array[][]): Promise<number[]> =>
    batch.map(([lead]) => {
      let squares = 0
      for (const { at } of usual.beats)
        for (let i = Math.round(at + from * usual.rateHz); i < at + to * usual.rateHz; i++)
          squares += ((lead![i] ?? 0) - (usual.samples[i] ?? 0)) ** 2
      return Math.sqrt(squares)
    })

test.each(PLANTED)('a planted change of %s is taken back by its usual one, and ranks first', async (segment, heart) => {
  const [usual, changed] = [REFERENCE, tracing(heart)]
  const parts = (await usualContributions(changed, usual, strangerThan(usual)))!
  const [before] = await strangerThan(usual)([[changed.samples]])
  expect(parts[0]!.segment).toBe(segment)
  // Of a wide QRS the marks of the J point decide how far T comes back.
  expect(parts[0]!.drop).toBeGreaterThan((segment === 'qrs' ? 0.4 : 0.8) * before!)
  for (const other of parts.slice(1)) expect(Math.abs(other.drop)).toBeLessThan(0.25 * parts[0]!.drop)
})

test.each(PLANTED)('to a score that sees only %s, the others are nothing', async (segment, heart, window) => {
  const [first, ...others] = (await usualContributions(tracing(heart), REFERENCE, strangerThan(REFERENCE, window)))!
  expect(first!.segment).toBe(segment)
  for (const { drop } of others) expect(Math.abs(drop)).toBeLessThan(0.25 * first!.drop)
})

test('a QRS made narrow again brings the T behind it back', () => {
  const [usual, wide] = [tracing(USUAL), tracing({ ...USUAL, qrs: { width: 0.016, later: 0.015 } })]
  const beat = presentBeat(wide)!
  const back = withUsual(['qrs'], wide, beat, presentBeat(usual)!.timed)
  const summit = (samples: Float64Array, at: number): number => {
    const part = samples.subarray(Math.round(at + 75), Math.round(at + 200))
    return part.indexOf(Math.max(...part)) + 75
  }
  // T stood at 290 ms, and stands at 260 ms again: 15 samples; J is marked within some 20 ms.
  const moved = wide.beats.slice(1, 9).map(({ at }) => summit(wide.samples, at) - summit(back, at))
  for (const samples of moved) expect(Math.abs(samples - 15)).toBeLessThanOrEqual(10)
})

test('the rate of the reference does not matter, nor its offset and its place in the beat', async () => {
  const heart = { ...USUAL, t: { height: 0.7, width: 0.03 } }
  const changed = tracing(heart)
  const score = strangerThan(REFERENCE)
  const drops = async (usual: BeatsOfLead) =>
    new Map((await usualContributions(changed, usual, score))!.map((one) => [one.segment, one.drop]))
  const [own, coarse] = [await drops(REFERENCE), await drops(tracing(USUAL, { rateHz: 250, rr: 0.9 }))]
  expect(Math.abs(own.get('t')! - coarse.get('t')!)).toBeLessThan(0.1 * own.get('t')!)
  const high = { ...REFERENCE, samples: REFERENCE.samples.map((value) => value + 1) }
  expect((await drops(high)).get('t')!).toBeCloseTo(own.get('t')!, 6)
})

test('of a score at its end, what each change does alone is asked from below', async () => {
  const ill = { ...USUAL, t: { height: 0.7, width: 0.03 }, p: { height: 0.02, width: 0.028, at: -0.18 } }
  const lead = tracing(ill)
  // Either change alone brings it near its end, so that taking back one of them shows nothing.
  const stranger = strangerThan(REFERENCE)
  const ends = (at: number) => async (batch: Float64Array[][]) =>
    (await stranger(batch)).map((value) => Math.min(at, value))
  const blind = (await usualContributions(lead, REFERENCE, ends(1)))!
  expect(blind.map(({ drop }) => drop)).toEqual([0, 0, 0, 0])
  const batches: number[] = []
  const counted = async (batch: Float64Array[][]) => {
    batches.push(batch.length)
    return ends(1)(batch)
  }
  const seen = (await usualContributions(lead, REFERENCE, counted, 1))!
  expect(batches).toEqual([5, 5])
  expect(
    seen
      .slice(0, 2)
      .map(({ segment }) => segment)
      .toSorted()
  ).toEqual(['p', 't'])
  for (const { drop } of seen.slice(0, 2)) expect(drop).toBeGreaterThan(0.3)
  for (const { drop } of seen.slice(2)) expect(Math.abs(drop)).toBeLessThan(0.2)
})

test('all of them exchanged, the tracing is the usual one again, and exchanged beats can be exchanged further', () => {
  const all = {
    t: { height: 0.7, width: 0.03 },
    p: { height: 0.02, width: 0.028, at: -0.18 },
    qrs: { width: 0.016, later: 0.015 }
  }
  const [lead, usual] = [tracing(all), presentBeat(REFERENCE)!.timed]
  const back = USUAL_SEGMENTS.reduce(
    (beat, segment) => exchangedSegment(segment, beat, usual)!,
    presentBeat(lead)!.timed
  )
  const times = Array.from({ length: 600 }, (_, i) => -0.2 + i / 1000)
  const far = (beat: TimedBeat) => Math.max(...times.map((time) => Math.abs(beat.at(time) - usual.at(time))))
  expect(far(presentBeat(lead)!.timed)).toBeGreaterThan(0.3)
  expect(far(back)).toBeLessThan(0.03)
  expect(back.limits).toEqual(
    Object.fromEntries(
      Object.entries(usual.limits).map(([part, span]) => [part, span.map((at) => expect.closeTo(at, 9))])
    )
  )
})

test('beats of another shape stay as they are', () => {
  const lead = tracing({ ...USUAL, t: { height: 0.7, width: 0.03 } }, { strange: [5] })
  const back = withUsual(['t'], lead, presentBeat(lead)!, presentBeat(tracing())!.timed)
  const near = (beat: number, samples: Float64Array) => {
    const at = Math.round((0.4 + 0.8 * beat) * 500)
    return samples.slice(at + 75, at + 180)
  }
  expect([...near(5, back)]).toEqual([...near(5, lead.samples)])
  expect(apart(near(6, back), near(6, lead.samples))).toBeGreaterThan(0.3)
})

test('asks in one batch of five, and not at all where too few beats are alike', async () => {
  const asked: number[] = []
  const score = async (batch: Float64Array[][]) => {
    asked.push(batch.length)
    return batch.map(() => 1)
  }
  const [lead, usual] = [tracing(), REFERENCE]
  const before = Float64Array.from(lead.samples)
  expect((await usualContributions(lead, usual, score))!.map(({ drop }) => drop)).toEqual([0, 0, 0, 0])
  const few = { ...usual, beats: usual.beats.map((beat, k) => (k < 8 ? { ...beat, template: 9 } : beat)) }
  expect(await usualContributions(lead, few, score)).toBeUndefined()
  expect(await usualContributions(few, usual, score)).toBeUndefined()
  expect(asked).toEqual([5])
  expect(lead.samples).toEqual(before)
})

test('a P that is gone is put back; what the reference does not show is left out', async () => {
  const usual = REFERENCE
  const gone = withoutP(tracing({ ...USUAL, p: { ...USUAL.p, height: 0 } }))
  expect(presentBeat(gone)!.timed.limits.p).toBeUndefined()
  expect((await usualContributions(gone, usual, strangerThan(usual)))![0]!.segment).toBe('p')
  const parts = (await usualContributions(usual, gone, strangerThan(usual)))!
  expect(parts.map(({ segment }) => segment).toSorted()).toEqual(['qrs', 'st', 't'])
})

/** As fibrillation is delineated: no P in any beat. */
function withoutP(lead: BeatsOfLead): BeatsOfLead {
  const leads = lead.delineation.leads.map((beats) => beats.map(({ p: _p, ...waves }) => waves))
  return { ...lead, delineation: { ...lead.delineation, leads, pWaves: 'absent' } }
}

test('the exchange makes no step: what is added runs as smoothly as the beats do', () => {
  const [present, usual] = [
    presentBeat(tracing({ ...USUAL, t: { height: 0.7, width: 0.03 } }))!.timed,
    presentBeat(tracing())!.timed
  ]
  for (const segment of USUAL_SEGMENTS) {
    const { at, from, to } = exchangedSegment(segment, present, usual)!
    const changeAt = (time: number) => at(time) - present.at(time)
    const values = Array.from({ length: Math.floor((to - from) * 1000) }, (_, i) => changeAt(from + i / 1000))
    // R rises by 1 mV in about 25 ms; outside QRS nothing is a fifth as steep.
    const steepest = values.slice(1).reduce((most, value, i) => Math.max(most, Math.abs(value - values[i]!)), 0)
    expect(steepest).toBeLessThan(segment === 'qrs' ? 0.06 : 0.03)
    expect([values[0], values.at(-1)].map(Math.abs as (x?: number) => number)).toEqual([
      expect.closeTo(0, 2),
      expect.closeTo(0, 2)
    ])
  }
})
