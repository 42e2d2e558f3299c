import { dateRange, FOREVER, parseDate } from './dates.ts'

const at = (iso: string): number => Date.parse(iso)

// Ends by hand: a date stands for the whole stretch of its precision (FHIR R4 search, date).
test.each([
  ['2026', at('2026-01-01T00:00Z'), at('2027-01-01T00:00Z')],
  ['2026-02', at('2026-02-01T00:00Z'), at('2026-03-01T00:00Z')],
  ['2024-02-29', at('2024-02-29T00:00Z'), at('2024-03-01T00:00Z')],
  ['2026-03-01T10:00', at('2026-03-01T10:00Z'), at('2026-03-01T10:01Z')],
  ['2026-03-01T10:00:00+01:00', at('2026-03-01T09:00:00Z'), at('2026-03-01T09:00:01Z')],
  ['2026-03-01T10:00:00.25-05:30', at('2026-03-01T15:30:00.250Z'), at('2026-03-01T15:30:00.260Z')]
])('%s', (text, lo, hi) => {
  expect(parseDate(text)).toEqual([lo, hi])
})

test.each(['', 'yesterday', '2026-13', '2026-1-1', '2026-03-01T', '26-03-01'])('%p is no date', (text) => {
  expect(parseDate(text)).toBeUndefined()
})

test('a Period open at an end reaches to there, a Timing spans its events', () => {
  expect(dateRange('Period', { start: '2026-03-01' })).toEqual([at('2026-03-01T00:00Z'), FOREVER])
  expect(dateRange('Period', { end: '2026-03-01' })).toEqual([-FOREVER, at('2026-03-02T00:00Z')])
  expect(dateRange('Timing', { event: ['2026-03-05', '2026-03-01'] })).toEqual([
    at('2026-03-01T00:00Z'),
    at('2026-03-06T00:00Z')
  ])
})
