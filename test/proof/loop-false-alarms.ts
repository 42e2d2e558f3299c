/**
 * How often the looks of the closed loop alarm where nothing is wrong, and how soon where something is: simulated hospitals, all
 * from one seed. Takes some minutes; not a test of `npm test`.
 *
 *     node test/proof/loop-false-alarms.ts [hospitals, default 40]
 *
 * A hospital: 10 judged predictions a day, risks logit-normal (mean 13 %), sex, six age bands and four race groups that mean
 * nothing, thirty inputs of which ten are missing in a third. It is looked at every eight weeks for a year, its inputs every week.
 *
 * Measured with 60 hospitals (seeds 3003 to 3062), 95 % intervals by Wilson:
 * | look | nothing wrong | something wrong |
 * |---|---|---|
 * | inputs | 0 of 2,880 weekly looks | - |
 * | calibration | 1 of 60 hospital-years [0.3-8.9 %] | odds doubled on day 84: 60 of 60, median look on day 112 |
 * | groups (sex, age, race) | 1 of 60 hospital-years [0.3-8.9 %] | a third of the ill men missed: 40 of 60 [54-77 %], median day 224 |
 */
import { mulberry32 } from '../../inference/metrics/bootstrap.ts'
import { prevalenceMatchedThreshold } from '../../inference/metrics/discrimination.ts'
import { wilson } from '../../server/loop/alerted.ts'
import { cusum } from '../../server/loop/compute/cusum.ts'
import { gaps } from '../../server/loop/compute/gaps.ts'
import { psi } from '../../server/loop/compute/psi.ts'
import type { SampleCase } from '../../server/loop/compute/sample.ts'

const HOSPITALS = Number(process.argv[2] ?? 40)
const PER_DAY = 10
const LOOK_DAYS = 56
const DAYS = 364
const INPUTS = 30
const AGES = ['<30', '30-49', '50-64', '65-74', '75-84', '85+']
const RACES = ['white', 'black', 'hispanic', 'other']
/** Shares of the race groups, summed up. */
const RACE_UNTIL = [0.76, 0.9, 0.96, 1]

interface Wrong {
  /** Log odds added to what comes true, from a day on. */
  shift?: { from: number; by: number }
  /** Share of the ill of one sex whose risk is foretold at 2 %. */
  missed?: number
}

const normalOf = (next: () => number): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())

function stays(seed: number, { shift, missed = 0 }: Wrong = {}): SampleCase[] {
  const next = mulberry32(seed)
  return Array.from({ length: DAYS * PER_DAY }, (_, i) => {
    const day = Math.floor(i / PER_DAY)
    const z = -2.3 + 1.2 * normalOf(next)
    const by = shift && day >= shift.from ? shift.by : 0
    const label = next() < 1 / (1 + Math.exp(-(z + by))) ? (1 as const) : (0 as const)
    const sex = next() < 0.5 ? 'female' : 'male'
    const [age, race] = [AGES[Math.floor(next() * AGES.length)]!, next()]
    const isMissed = label === 1 && sex === 'male' && next() < missed
    return {
      patient: String(i),
      probability: isMissed ? 0.02 : 1 / (1 + Math.exp(-z)),
      label,
      at: new Date(Date.UTC(2026, 0, 1) + (i * 24 * 3_600_000) / PER_DAY).toISOString(),
      groups: { sex, age, race: RACES[RACE_UNTIL.findIndex((until) => race < until)]! }
    }
  })
}

/** Day of the first look that finds something, or undefined. */
function firstLook(all: readonly SampleCase[], finds: (seen: readonly SampleCase[]) => boolean): number | undefined {
  for (let day = LOOK_DAYS; day <= DAYS; day += LOOK_DAYS) if (finds(all.slice(0, day * PER_DAY))) return day
  return undefined
}

const chartSignals = (seen: readonly SampleCase[]): boolean =>
  cusum({ cases: seen, oddsRatio: 2 }).some(({ signalAt }) => signalAt !== undefined)
const gapFound = (seen: readonly SampleCase[]): boolean =>
  gaps({ cases: seen, attributes: ['sex', 'age', 'race'], threshold: prevalenceMatchedThreshold(seen) }).some(
    ({ breach }) => breach
  )

function stabilityBreaches(seed: number): { looks: number; breaches: number } {
  const next = mulberry32(seed)
  const column = (count: number, input: number) =>
    Array.from({ length: count }, () => (input % 3 === 0 && next() < 1 / 3 ? null : normalOf(next)))
  const reference = Array.from({ length: INPUTS }, (_, input) => column(PER_DAY * 28, input))
  let [looks, breaches] = [0, 0]
  for (let week = 0; week < 48; week++) {
    const inputs = reference.map((values, input) => ({
      name: String(input),
      now: column(PER_DAY * 7, input),
      reference: { values }
    }))
    looks++
    if (psi({ inputs, breach: 0.25 }).some(({ verdict }) => verdict === 'breach')) breaches++
  }
  return { looks, breaches }
}

function print(what: string, found: readonly (number | undefined)[]): void {
  const hits = found.filter((day) => day !== undefined).sort((a, b) => a - b)
  const [low, high] = wilson(hits.length, found.length)
  const median = hits[Math.floor(hits.length / 2)]
  process.stdout.write(
    `${what}: ${hits.length} of ${found.length} hospital-years [${(low * 100).toFixed(1)}-${(high * 100).toFixed(1)} %]${median === undefined ? '' : `, median first look on day ${median}`}\n`
  )
}

const seeds = Array.from({ length: HOSPITALS }, (_, i) => 3003 + i)
const stability = seeds.map(stabilityBreaches)
const sum = (name: 'looks' | 'breaches') => stability.reduce((total, one) => total + one[name], 0)
process.stdout.write(`inputs, nothing wrong: ${sum('breaches')} of ${sum('looks')} weekly looks at ${INPUTS} inputs\n`)
print(
  'calibration, nothing wrong',
  seeds.map((seed) => firstLook(stays(seed), chartSignals))
)
print(
  'calibration, odds of 2 from day 84 on',
  seeds.map((seed) => firstLook(stays(seed, { shift: { from: 84, by: Math.log(2) } }), chartSignals))
)
print(
  'groups, nothing wrong',
  seeds.map((seed) => firstLook(stays(seed), gapFound))
)
print(
  'groups, a third of the ill men missed',
  seeds.map((seed) => firstLook(stays(seed, { missed: 1 / 3 }), gapFound))
)
