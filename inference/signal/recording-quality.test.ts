import { simulated } from '../../test/support/simulated-ecg.ts'
import { kurtosis } from './kurtosis.ts'
import { leadsContradict } from './lead-residual.ts'
import { assessLeads, assessRecording, withBeats } from './recording-quality.ts'
import { seededRandom } from './seeded-random.ts'

const RATE = 500
const times = Array.from({ length: 12 }, (_, i) => 0.4 + i * 0.8)
const next = seededRandom(1001)
const lead = (gain: number) =>
  simulated(times, 10, RATE).map((value) => gain * value + 0.02 * (next() + next() + next() - 1.5))
const one = lead(0.8)
const two = lead(1.2)
const three = two.map((value, i) => value - one[i]!)
const avr = one.map((value, i) => -(value + two[i]!) / 2)
const recording = [
  { name: 'I', samples: one },
  { name: 'II', samples: two },
  { name: 'III', samples: three },
  { name: 'aVR', samples: avr }
]
const changed = (name: string, change: (value: number, i: number) => number) =>
  recording.map((of) => (of.name === name ? { name, samples: of.samples.map(change) } : of))

describe('assessRecording', () => {
  test('accepts a clean recording, and says how far the detectors agree', () => {
    expect(assessRecording(recording, RATE)).toEqual({
      verdict: 'acceptable',
      reasons: [],
      leads: recording.map(({ name }) => ({ name, verdict: 'acceptable', reasons: [], bsqi: 1 }))
    })
  })

  test('limits a recording for one lead that cannot be read', () => {
    const { verdict, leads } = assessRecording(
      changed('II', () => 0),
      RATE
    )
    expect(verdict).toBe('limited')
    expect(leads.map(({ verdict }) => verdict)).toEqual(['acceptable', 'unacceptable', 'acceptable', 'acceptable'])
  })

  test.each<[string, Parameters<typeof assessRecording>[0], string[]]>([
    ['nothing', [], ['detectors-disagree', 'beats-too-few']],
    [
      'flat leads',
      recording.map(({ name }) => ({ name, samples: new Float64Array(5000) })),
      ['flat', 'amplitude-out-of-range', 'detectors-disagree', 'beats-too-few']
    ],
    [
      'leads of which more than a fifth is missing',
      recording.map(({ name, samples }) => ({ name, samples: samples.map((v, i) => (i < 1500 ? Number.NaN : v)) })),
      ['non-finite', 'detectors-disagree', 'beats-too-few']
    ]
  ])('refuses %s', (_, leads, reasons) => {
    expect(assessRecording(leads, RATE)).toMatchObject({ verdict: 'unacceptable', reasons })
  })

  test('takes a gap of a lead for a reservation', () => {
    const { verdict, reasons } = assessLeads(
      changed('II', (value, i) => (i >= 2000 && i < 2100 ? Number.NaN : value)),
      RATE
    )
    expect({ verdict, reasons }).toEqual({ verdict: 'limited', reasons: ['non-finite'] })
  })

  test('sees a lead turned round, exchanged arms, stimuli and noise', () => {
    const reasons = (leads: typeof recording) => assessLeads(leads, RATE).reasons
    expect(reasons(changed('I', (value) => -value))).toContain('leads-inconsistent')
    const arms = recording.map((of) => {
      const samples = { I: one.map((v) => -v), II: three, III: two, aVR: two.map((v, i) => (one[i]! + v) / 2) }[
        of.name
      ]!
      return { name: of.name, samples }
    })
    expect(reasons(arms)).toEqual(['lead-reversal'])
    const spikes = new Set(times.map((at) => Math.round((at - 0.06) * RATE)))
    const paced = recording.map(({ name, samples }) => ({
      name,
      samples: samples.map((value, i) => (spikes.has(i) ? value + 1 : value))
    }))
    expect(reasons(paced)).toContain('pacing-spikes')
    expect(reasons([{ name: 'V1', samples: one.map(() => 0.2 * (next() + next() + next() - 1.5)) }])).toEqual([
      'like-noise'
    ])
  })
})

describe('withBeats', () => {
  const clean = assessLeads(recording, RATE)
  const every = (rr: number, n: number) => Array.from({ length: n }, (_, i) => 100 + Math.round(i * rr * RATE))
  test.each([
    ['agreement of .9', every(0.8, 12), 0.9, 'acceptable', []],
    ['agreement of .89', every(0.8, 12), 0.89, 'limited', ['detectors-disagree']],
    ['agreement of .74', every(0.8, 12), 0.74, 'unacceptable', ['detectors-disagree']],
    ['four beats', every(2, 4), 1, 'limited', ['beats-too-few']],
    ['one beat', every(2, 1), 1, 'unacceptable', ['beats-too-few']],
    ['24 a minute', every(2.5, 5), 1, 'unacceptable', ['rate-out-of-range']],
    ['25 a minute', every(2.4, 5), 1, 'acceptable', []],
    ['261 a minute', every(0.23, 40), 1, 'unacceptable', ['rate-out-of-range']]
  ])('%s', (_, beats, bsqi, verdict, reasons) => {
    expect(withBeats(clean, { beats, bsqi }, RATE)).toMatchObject({ verdict, reasons })
  })
})

test('kurtosis is 3 for Gaussian noise, and leaves missing samples out', () => {
  const noise = Float64Array.from({ length: 20_000 }, () =>
    Array.from({ length: 12 }, next).reduce((s, v) => s + v, -6)
  )
  // the sum of twelve uniform numbers has kurtosis 2.9
  expect(kurtosis(noise)).toBeCloseTo(2.9, 1)
  expect(kurtosis(Float64Array.of(1, Number.NaN, -1, 1, -1))).toBe(1)
  expect(kurtosis(new Float64Array(9))).toBeNaN()
})

test('leads do not contradict each other over samples that one of them lacks', () => {
  const gapped = one.slice().fill(Number.NaN)
  expect(leadsContradict({ one: gapped, two, three }, RATE)).toBe(false)
})
