import { mulberry32 } from '../../../inference/metrics/bootstrap.ts'
import { packed } from './columns.ts'
import { createComputer } from './computer.ts'
import { controlLimit, FALSE_ALARM } from './cusum.ts'

/** In the worker: the simulation of the limit is many times slower inside the tests' own context. */
const computer = createComputer()
afterAll(() => computer.stop())

const next = mulberry32(3003)
/** Risks as of an intensive-care unit: logit-normal around .13. */
const risks = Float64Array.from({ length: 500 }, () => {
  const z = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())
  return 1 / (1 + Math.exp(-(-1.9 + 1.2 * z)))
})
const NOBODY = {}
type Course = Parameters<typeof packed>[0]
const cusum = (cases: Course) => computer.run('cusum', { cases: packed(cases), oddsRatio: 2 })
const course = (length: number, oddsRatio: number, random: () => number) =>
  Array.from({ length }, (_, i) => {
    const probability = risks[Math.floor(random() * risks.length)]!
    const odds = (oddsRatio * probability) / (1 - probability)
    return {
      patient: `p${i}`,
      groups: NOBODY,
      probability,
      label: random() < odds / (1 + odds) ? (1 as const) : (0 as const),
      at: new Date(Date.UTC(2026, 0, 1) + i * 3_600_000).toISOString()
    }
  })

test('one death at a tenth weighs log(2 / 1.1) upwards, and nothing downwards', async () => {
  // By hand: W = ln 2 - ln(.9 + .2) = .597837; downwards ln .5 - ln(.9 + .05) < 0 is held at 0.
  const [up, down] = await cusum([{ patient: 'p', groups: {}, probability: 0.1, label: 1, at: '2026-01-05T00:00:00Z' }])
  expect(up).toMatchObject({ direction: 'up', oddsRatio: 2 })
  expect(up!.now).toBeCloseTo(0.597837, 6)
  expect(down).toMatchObject({ direction: 'down', oddsRatio: 0.5, now: 0 })
})

test('a limit is passed by about the share of in-control courses that it was made for', () => {
  const limit = controlLimit(risks, 2, { falseAlarm: 0.05, length: 300, seed: 1 })
  const random = mulberry32(99)
  let passed = 0
  for (let run = 0; run < 400; run++) {
    let [now, highest] = [0, 0]
    for (const { probability: p, label } of course(300, 1, random)) {
      now = Math.max(0, now + label * Math.log(2) - Math.log(1 - p + 2 * p))
      highest = Math.max(highest, now)
    }
    if (highest > limit) passed++
  }
  // 5 % of 400 is 20; three standard errors of that and of the limit's own 1,000 courses.
  expect(passed).toBeGreaterThan(5)
  expect(passed).toBeLessThan(36)
})

test('finds doubled odds within some hundred cases, and says from when', async () => {
  const random = mulberry32(7)
  const calm = course(600, 1, random)
  const [up, down] = await cusum(calm)
  expect([up!.signalAt, down!.signalAt]).toEqual([undefined, undefined])
  const later = course(500, 2.5, random).map((one, i) => ({
    ...one,
    at: new Date(Date.UTC(2026, 5, 1) + i * 3_600_000).toISOString()
  }))
  const [risen] = await cusum([...calm, ...later])
  expect(risen!.signalAt?.slice(0, 7)).toBe('2026-06')
})

test('finds halved odds by the other chart', async () => {
  const [up, down] = await cusum(course(1500, 0.4, mulberry32(8)))
  expect(up!.signalAt).toBeUndefined()
  expect(down!.signalAt).toBeDefined()
})

test('a higher limit is asked for where more is to be rare', () => {
  const of = (falseAlarm: number) => controlLimit(risks, 2, { falseAlarm, length: 100 })
  expect(of(FALSE_ALARM / 2)).toBeGreaterThan(of(0.2))
})
