import type { Lead } from '../../core/waveform.ts'
import { MAX_SAMPLES, rateOfInterval, sampleBudget, waveformOf } from './channels.ts'

const lead = (name: string): Lead => ({ name, unit: 'mV', resolution: 0.001 })
const channel = (name: string, ...values: number[]) => ({ lead: lead(name), millivolts: Float64Array.from(values) })

test('joins channels, and ends a shorter one in a gap', () => {
  const waveform = waveformOf([channel('I', 1, Number.NaN, 3), channel('II', 4)], { kind: 'rhythm', rateHz: 500 }, 'x')
  expect(waveform.samples.map((values) => [...values])).toEqual([
    [1, Number.NaN, 3],
    [4, Number.NaN, Number.NaN]
  ])
  expect(waveform.gaps).toEqual([
    { lead: 0, from: 1, to: 2 },
    { lead: 1, from: 1, to: 3 }
  ])
})

test.each([
  ['rate', [channel('I', 1)], 0],
  ['rate', [channel('I', 1)], Number.NaN],
  ['rate', [channel('I', 1)], 100_001],
  ['no-samples', [channel('I')], 500],
  ['no-samples', [], 500],
  ['lead-twice', [channel('I', 1), channel('I', 1)], 500],
  ['channels', Array.from({ length: 257 }, (_v, n) => channel(`c${n}`, 1)), 500]
])('refuses by %s', (reason, channels, rateHz) => {
  expect(() => waveformOf(channels, { kind: 'rhythm', rateHz }, 'x')).toThrow(
    expect.objectContaining({ code: 'WAVEFORM_INCONSISTENT', at: 'x', reason })
  )
})

// 1 / 360 s and 1 / 257.5 s as writers round them.
test.each([
  [0.002, 500],
  [0.0027777, 360],
  [0.008, 125],
  [1 / 257.5, 257.5]
])('takes an interval of %p s for %p Hz', (seconds, hertz) => {
  expect(rateOfInterval(seconds)).toBeCloseTo(hertz, 9)
})

test('counts samples up to the limit of a file', () => {
  const count = sampleBudget()
  count(MAX_SAMPLES)
  expect(() => count(1)).toThrow(expect.objectContaining({ code: 'MESSAGE_TOO_LARGE', reason: 'samples' }))
})
