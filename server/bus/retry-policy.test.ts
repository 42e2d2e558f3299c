import { AppError } from '../../core/errors/app-error.ts'
import { decideRetry, MAX_DELAY_MS } from './retry-policy.ts'

const passing = new AppError('STORE_UNAVAILABLE')
const lasting = new AppError('DECODE_FAILED')

test('doubles the pause from 50 ms and parks after eight tries', () => {
  const delays = [1, 2, 3, 4, 5, 6, 7].map((tries) => decideRetry(passing, tries))
  expect(delays.map((d) => (d.kind === 'retry' ? d.delayMs : -1))).toEqual([50, 100, 200, 400, 800, 1600, 3200])
  expect(decideRetry(passing, 8)).toEqual({ kind: 'park' })
})

test('parks a lasting failure at once', () => {
  expect(decideRetry(lasting, 1)).toEqual({ kind: 'park' })
})

test('never parks for a subscriber that retries without end, and caps the pause', () => {
  expect(decideRetry(lasting, 100_000, { retryForever: true })).toEqual({ kind: 'retry', delayMs: MAX_DELAY_MS })
})

test('lets the subscriber allow tries by code', () => {
  const options = { triesFor: (error: AppError) => (error.code === 'INTERNAL' ? 3 : Number.POSITIVE_INFINITY) }
  expect(decideRetry(new AppError('INTERNAL'), 3, options)).toEqual({ kind: 'park' })
  expect(decideRetry(passing, 1000, options).kind).toBe('retry')
})
