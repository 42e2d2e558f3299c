import { createHourSummary } from './hour-summary.ts'

const RATE = 100
const beatsAt = (seconds: readonly number[], gapAt?: number) =>
  seconds.map((at) => ({ at: Math.round(at * RATE), afterGap: at === gapAt }))
const every = (rr: number, from: number, to: number) =>
  Array.from({ length: Math.floor((to - from) / rr) }, (_, i) => from + i * rr)

test('sums up each hour, and takes no interval across a gap', () => {
  const summary = createHourSummary({ rateHz: RATE })
  // 60/min for ten minutes; a gap to the next hour; 120/min for a minute, with one interval of 2.5 s before it
  summary.push(beatsAt(every(1, 0, 600)))
  summary.push(beatsAt([4000, 4002.5, ...every(0.5, 4003, 4063)], 4000))
  expect(summary.hours()).toEqual([
    { hour: 0, beats: 600, meanPerMin: 60, lowestPerMin: 60, highestPerMin: 60, longestRrMs: 1000, pauses: 0, gaps: 0 },
    {
      hour: 1,
      beats: 122,
      meanPerMin: expect.closeTo((60 * 121) / 62.5, 6),
      // eight intervals: 2.5 s and seven of 0.5 s
      lowestPerMin: 80,
      highestPerMin: 120,
      longestRrMs: 2500,
      pauses: 1,
      gaps: 1
    }
  ])
})

test('has no rate of a single beat', () => {
  const summary = createHourSummary({ rateHz: RATE })
  summary.push(beatsAt([7300]))
  expect(summary.hours()).toEqual([{ hour: 2, beats: 1, pauses: 0, gaps: 0 }])
})
