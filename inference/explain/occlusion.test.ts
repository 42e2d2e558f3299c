import { simulated } from '../../test/support/simulated-ecg.ts'
import { detectBeats } from '../signal/beats/detect-beats.ts'
import { delineate } from '../signal/delineate/delineate.ts'
import { seededRandom } from '../signal/seeded-random.ts'
import { SEGMENTS, segmentSpans } from './beat-segments.ts'
import { occlusion } from './occlusion.ts'
import { segmentMeasures } from './segment-measures.ts'

const HZ = 500
const BEATS = Array.from({ length: 12 }, (_, i) => 0.4 + 0.8 * i)

/** A lead of drawn beats; what is planted is added to each beat. */
function recording(planted: readonly [at: number, mv: number, width: number][] = [], noise = 0.003) {
  const random = seededRandom(3003)
  const lead = simulated(BEATS, 10, HZ)
  for (let i = 0; i < lead.length; i++) {
    for (const beat of BEATS)
      for (const [at, mv, width] of planted) lead[i]! += mv * Math.exp(-0.5 * ((i / HZ - beat - at) / width) ** 2)
    lead[i]! += noise * (random() - 0.5)
  }
  return lead
}
const seen = (leads: Float64Array[]) => delineate(leads, { rateHz: HZ, beats: detectBeats(leads, HZ).beats })

/** A score that sees only what stands in one window behind (or before) each drawn beat: its largest deflection, mV. */
const sees =
  (from: number, to: number) =>
  async (batch: Float64Array[][]): Promise<number[]> =>
    batch.map(([lead]) => {
      const heights = BEATS.map((beat) => {
        const part = lead!.subarray(Math.round((beat + from) * HZ), Math.round((beat + to) * HZ))
        return Math.max(...part) - Math.min(...part)
      })
      return heights.reduce((sum, height) => sum + height, 0)
    })

test.each([
  ['p', -0.24, -0.1],
  ['qrs', -0.04, 0.05],
  ['t', 0.14, 0.4]
] as const)('a score that sees only %s falls without it and without nothing else', async (segment, from, to) => {
  const lead = recording()
  const [first, ...others] = await occlusion({ leads: [lead], rateHz: HZ }, seen([lead]), sees(from, to))
  expect(first!.segment).toBe(segment)
  expect(first!.drop).toBeGreaterThan(0.5)
  for (const other of others) expect(Math.abs(other.drop)).toBeLessThan(0.1 * first!.drop)
})

test('a raised ST stands out by itself, and a score against it falls below 0', async () => {
  const lead = recording([[0.1, 0.25, 0.03]])
  const raised = async (batch: Float64Array[][]) =>
    batch.map(([samples]) => BEATS.reduce((sum, beat) => sum + samples![Math.round((beat + 0.1) * HZ)]!, 0))
  const against = async (batch: Float64Array[][]) => (await raised(batch)).map((score) => -score)
  const delineation = seen([lead])
  const [first] = await occlusion({ leads: [lead], rateHz: HZ }, delineation, raised)
  expect(first).toMatchObject({ segment: 'st' })
  const last = (await occlusion({ leads: [lead], rateHz: HZ }, delineation, against)).at(-1)
  expect(last).toEqual({ segment: 'st', drop: -first!.drop })
})

test('of several leads the one that the score sees falls, and nothing is asked twice', async () => {
  const leads = [recording(), recording([[0.26, 0.5, 0.04]]), recording().map((value) => -value)]
  const before = leads.map((lead) => Float64Array.from(lead))
  const batches: Float64Array[][][] = []
  const second = async (batch: Float64Array[][]) => {
    batches.push(batch)
    return sees(0.14, 0.4)(batch.map(([, lead]) => [lead!]))
  }
  const parts = await occlusion({ leads, rateHz: HZ }, seen(leads), second, { leads: true })
  expect(parts.filter(({ lead }) => lead !== undefined).map(({ lead }) => lead)[0]).toBe(1)
  expect(parts.find(({ lead }) => lead === 0)!.drop).toBe(0)
  expect(parts[0]!.drop).toBeGreaterThan(1)
  expect(batches).toHaveLength(1)
  // The recording as it is, five segments, three leads.
  expect(batches[0]).toHaveLength(9)
  expect(leads).toEqual(before)
})

test('with the score known, the untouched recording is not asked for', async () => {
  const lead = recording()
  const asked: number[] = []
  const score = async (batch: Float64Array[][]) => {
    asked.push(batch.length)
    return batch.map(() => 1)
  }
  const parts = await occlusion({ leads: [lead], rateHz: HZ }, seen([lead]), score, { base: 3 })
  expect(asked).toEqual([5])
  expect(parts.map(({ drop }) => drop)).toEqual([2, 2, 2, 2, 2])
})

test('a recording without beats has nothing to take out', async () => {
  const flat = new Float64Array(5000)
  const score = async (): Promise<number[]> => {
    throw new Error('nothing was to be asked')
  }
  expect(await occlusion({ leads: [flat], rateHz: HZ }, delineate([flat], { rateHz: HZ, beats: [] }), score)).toEqual(
    []
  )
})

test('under chance weights no segment is named: T first no oftener than its share of the tracing', async () => {
  const lead = recording([[0.26, 0.5, 0.035]])
  const delineation = seen([lead])
  const first = new Map<string, number>()
  for (let seed = 1; seed <= 40; seed++) {
    const [part] = await occlusion({ leads: [lead], rateHz: HZ }, delineation, randomNetwork(seed))
    first.set(part!.segment!, (first.get(part!.segment!) ?? 0) + 1)
  }
  // Of five parts one is first by chance in a fifth of the networks; P, QRS and T are larger than PR and ST: a third and more.
  expect((first.get('t') ?? 0) / 40).toBeLessThan(0.6)
  expect(first.size).toBeGreaterThanOrEqual(3)
})

/** Twelve random kernels of 64 ms over the lead, rectified, averaged over time, summed with random signs. */
function randomNetwork(seed: number) {
  const random = seededRandom(seed)
  const kernels = Array.from({ length: 12 }, () => ({
    weights: Array.from({ length: 16 }, () => random() - 0.5),
    sign: random() - 0.5
  }))
  return async (batch: Float64Array[][]): Promise<number[]> =>
    batch.map(([lead]) =>
      kernels.reduce((score, { weights, sign }) => {
        let sum = 0
        for (let i = 0; i + 32 < lead!.length; i += 8) {
          let response = 0
          for (let k = 0; k < 16; k++) response += weights[k]! * lead![i + 2 * k]!
          sum += Math.max(0, response)
        }
        return score + sign * sum
      }, 0)
    )
}

test('segments lie in time between the edges of their waves; edges that half of the beats show are lent to the others', () => {
  const lead = recording()
  const { beats, leads } = seen([lead])
  const [waves] = leads as [(typeof leads)[number]]
  const all = SEGMENTS.map((segment) => segmentSpans(segment, waves, beats, { length: lead.length, rateHz: HZ }))
  const middle = all.map((spans) => spans[5]!)
  for (let i = 1; i < middle.length; i++) expect(middle[i]!.from).toBeGreaterThanOrEqual(middle[i - 1]!.from)
  const few = waves.map((beat, k) => (k % 3 === 0 ? {} : beat))
  const many = waves.map((beat, k) => (k % 3 === 0 ? beat : {}))
  const spans = (of: typeof waves) => segmentSpans('t', of, beats, { length: lead.length, rateHz: HZ }).length
  expect([spans(waves), spans(few)]).toEqual([beats.length, beats.length])
  expect(spans(many)).toBe(Math.ceil(beats.length / 3))
})

test('what is measured is what was drawn', () => {
  // test/support/simulated-ecg.ts: P .1 mV, QRS 1 mV, T .3 mV, 45 ms wide (SD).
  const lead = recording()
  const delineation = seen([lead])
  const value = (segment: (typeof SEGMENTS)[number], name: string) =>
    segmentMeasures(segment, lead, delineation).find((one) => one.name === name)!.value
  expect(value('t', 'amplitude')).toBeCloseTo(0.3, 1)
  expect(value('p', 'amplitude')).toBeCloseTo(0.1, 1)
  expect(value('qrs', 'amplitude')).toBeCloseTo(1, 1)
  expect(value('t', 'width')).toBeGreaterThan(120)
  expect(value('pr', 'interval')).toBeGreaterThan(100)
  expect(Math.abs(value('st', 'level'))).toBeLessThan(0.1)
  expect(segmentMeasures('t', lead, { ...delineation, leads: [[]] })).toEqual([])
})
