import { simulated } from '../../../test/support/simulated-ecg.ts'
import { detectBeats } from './detect-beats.ts'

const every = (rr: number, seconds: number) =>
  Array.from({ length: Math.floor((seconds - 0.7) / rr) }, (_, i) => 0.5 + i * rr)

describe('detectBeats', () => {
  test.each([
    [100, 0.8],
    [250, 0.8],
    [360, 0.8],
    [500, 0.8],
    [1000, 0.8],
    [500, 0.24],
    [500, 2.4]
  ])('finds every complex at %d Hz with RR %d s, by both detectors, within 12 ms', (rateHz, rr) => {
    const truth = every(rr, 20)
    const found = detectBeats([simulated(truth, 20, rateHz)], rateHz)
    for (const beats of [found.beats, found.second]) {
      expect(beats).toHaveLength(truth.length)
      for (const [i, at] of beats.entries()) expect(Math.abs(at / rateHz - truth[i]!)).toBeLessThanOrEqual(0.012)
    }
    expect(found.bsqi).toBe(1)
  })
})
