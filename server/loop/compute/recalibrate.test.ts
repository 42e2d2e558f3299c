import { mulberry32 } from '../../../inference/metrics/bootstrap.ts'
import { packed } from './columns.ts'
import { createComputer } from './computer.ts'

/** In the worker, as it is served: there the fits take a hundredth of the time. */
const computer = createComputer()
afterAll(() => computer.stop())
const recalibrate = ({ cases, draws }: { cases: Parameters<typeof packed>[0]; draws: number }) =>
  computer.run('recalibrate', { cases: packed(cases), draws })

/** Cases whose truth follows logit(p) = a + b logit(said). */
function cases(count: number, { slope, intercept, seed = 3003 }: { slope: number; intercept: number; seed?: number }) {
  const next = mulberry32(seed)
  return Array.from({ length: count }, (_, i) => {
    const z = -1.5 + 1.4 * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())
    return {
      patient: `p${i}`,
      probability: 1 / (1 + Math.exp(-z)),
      label: next() < 1 / (1 + Math.exp(-(intercept + slope * z))) ? (1 as const) : (0 as const),
      at: new Date(Date.UTC(2026, 0, 1) + i * 3_600_000).toISOString(),
      groups: {}
    }
  })
}

test('finds a stretched and shifted line, and says by how much it helps people it had not seen', async () => {
  const found = await recalibrate({ cases: cases(3000, { slope: 0.6, intercept: 0.7 }), draws: 200 })
  expect(found).toMatchObject({ n: 3000, method: 'platt', from: '2026-01-01T00:00:00.000Z' })
  expect(found.line!.slope).toBeCloseTo(0.6, 1)
  expect(found.line!.intercept).toBeCloseTo(0.7, 1)
  expect(found.gain!.ci[0]).toBeGreaterThan(0)
  expect(found.after!.ece.value).toBeLessThan(found.before!.ece.value!)
  expect(found.after!.slope.ci[0]).toBeLessThan(1)
  expect(found.after!.slope.ci[1]).toBeGreaterThan(1)
})

test('takes the intercept alone where that is all there is', async () => {
  const found = await recalibrate({ cases: cases(1500, { slope: 1, intercept: -0.8, seed: 5 }), draws: 50 })
  expect(found.line!.intercept).toBeCloseTo(-0.8, 0)
  expect(found.logLoss!.intercept).toBeLessThan(found.logLoss!.none)
})

test('proposes nothing that helps where what is served is right', async () => {
  const found = await recalibrate({ cases: cases(1500, { slope: 1, intercept: 0, seed: 6 }), draws: 200 })
  expect(found.method === 'none' || found.gain!.ci[0]! <= 0).toBe(true)
})

test.each([
  [199, 'fewer than 200 pairs'],
  [60, 'fewer than 200 pairs']
])('%d pairs are too few', async (count, suppressed) => {
  expect(await recalibrate({ cases: cases(count, { slope: 1, intercept: 0 }), draws: 10 })).toMatchObject({
    suppressed
  })
})

test('too few positives are too few, however many pairs', async () => {
  const rare = cases(400, { slope: 1, intercept: -6 })
  expect(await recalibrate({ cases: rare, draws: 10 })).toMatchObject({ suppressed: 'fewer than 30 of either outcome' })
})
