import { simulated } from '../../test/support/simulated-ecg.ts'
import { readLead } from './read-lead.ts'

const RATE = 250
/** Beats every 0.8 s: 75 a minute. */
const lead = (seconds = 10): Float64Array =>
  simulated(
    Array.from({ length: Math.ceil(seconds / 0.8) }, (_, i) => 0.4 + 0.8 * i),
    seconds,
    RATE
  ).map((mv, i) => mv + 0.002 * Math.sin(i * 1.7))

test('the heart rate of a clean lead, to the beat', () => {
  expect(readLead(lead(), RATE)).toEqual({ quality: { verdict: 'acceptable', reasons: [] }, heartRate: 75 })
})

test('does not change with gain, polarity or offset', () => {
  const first = readLead(lead(), RATE)
  for (const change of [(mv: number) => 2 * mv, (mv: number) => -mv, (mv: number) => mv + 1])
    expect(readLead(lead().map(change), RATE).heartRate).toBe(first.heartRate)
})

test('no RR is counted across a gap, and the gap is a reservation', () => {
  const gapped = lead()
  gapped.fill(Number.NaN, 4 * RATE, 5 * RATE)
  expect(readLead(gapped, RATE)).toEqual({ quality: { verdict: 'limited', reasons: ['non-finite'] }, heartRate: 75 })
})

test.each<[string, Float64Array]>([
  ['a lead that is off', new Float64Array(10 * RATE)],
  ['nothing', new Float64Array(0)],
  ['missing samples alone', new Float64Array(10 * RATE).fill(Number.NaN)],
  ['a lead at its rail', lead().map((mv) => Math.min(mv, 0.05) * 400)]
])('%s cannot be read and has no rate', (_what, samples) => {
  const { quality, heartRate } = readLead(samples, RATE)
  expect([quality.verdict, heartRate]).toEqual(['unacceptable', undefined])
  expect(quality.reasons.length).toBeGreaterThan(0)
})
