import { mulberry32 } from '../../../inference/metrics/bootstrap.ts'

/** Seed of the simulated in-control courses. */
const SEED = 5005
/** Courses that the control limit is read from: the 99th percentile of 1,000 has ten above it. */
const COURSES = 1000
/** Longest course simulated, in cases; for longer ones the limit is that of this length and said so. */
const MAX_COURSE = 20_000
/** Steps simulated for one limit: bounds the time (about a second). */
const MAX_STEPS = 20_000_000

export interface CusumRequest {
  /** Probabilities and what came true, in the order of time. */
  cases: readonly { probability: number; label: 0 | 1; at: string }[]
  /** The change of the odds that the chart is tuned to find: 2 upwards, and its inverse downwards. */
  oddsRatio: number
}

export interface CusumSide {
  /** Of the odds: more came true than was said ('up'), or less ('down'). */
  direction: 'up' | 'down'
  oddsRatio: number
  limit: number
  /** Where the chart stands now, and the highest it was. */
  now: number
  highest: number
  /** When it first passed the limit. */
  signalAt?: string
}

/** Share of in-control courses of `MIN_COURSE` cases, or as many as there are if more, that pass the limit on either side. */
export const FALSE_ALARM = 0.01
/** In-control length that a limit holds for at least: a chart of a few cases must not have a limit of a few cases. */
export const MIN_COURSE = 2000

/**
 * Risk-adjusted CUSUM on calibration (Steiner, Cook, Farewell, Treasure, Biostatistics 2000;1:441, section 2), one chart for
 * odds that rose by `oddsRatio` and one for odds that fell by it. With W = log likelihood ratio of the outcome y at a
 * foretold probability p,
 *
 *     W = y log R - log(1 - p + R p),     S_t = max(0, S_{t-1} + W_t),     signal when S_t > limit
 *
 * The limit is not theirs, from a Markov chain for a given run length, but simulated for the very probabilities of these cases:
 * courses of as many cases (at least 2,000), drawn with replacement from the probabilities, with outcomes drawn from them. Of
 * 1,000 courses one in two hundred passes it, so both sides together alarm in at most about one course of a hundred
 * where the model is right.
 *
 * @example
 * cusum({ cases: [{ probability: 0.1, label: 1, at: '2026-01-05T00:00:00Z' }], oddsRatio: 2 })[0].now // 0.5978370007556204
 */
export function cusum({ cases, oddsRatio }: CusumRequest): CusumSide[] {
  const probabilities = Float64Array.from(cases, ({ probability }) => held(probability))
  return (['up', 'down'] as const).map((direction) => {
    const ratio = direction === 'up' ? oddsRatio : 1 / oddsRatio
    const limit = controlLimit(probabilities, ratio, { falseAlarm: FALSE_ALARM / 2 })
    let [now, highest] = [0, 0]
    let signalAt: string | undefined
    for (const { probability, label, at } of cases) {
      now = Math.max(0, now + weightOf(held(probability), label, ratio))
      highest = Math.max(highest, now)
      if (now > limit) signalAt ??= at
    }
    return { direction, oddsRatio: ratio, limit, now, highest, ...(signalAt ? { signalAt } : {}) }
  })
}

/**
 * The height that a share of in-control courses passes.
 *
 * @param probabilities what the model said, whose outcomes are drawn from it
 * @param length cases of a course. Default: as many as there are, at least 2,000, at most 20,000
 */
export function controlLimit(
  probabilities: Float64Array,
  ratio: number,
  {
    falseAlarm,
    length = courseLength(probabilities.length),
    seed = SEED
  }: { falseAlarm: number; length?: number; seed?: number }
): number {
  if (probabilities.length === 0) return Number.NaN
  const next = mulberry32(seed)
  const courses = Math.max(200, Math.min(COURSES, Math.floor(MAX_STEPS / length)))
  const [ifTrue, ifFalse] = [1, 0].map((label) =>
    Float64Array.from(probabilities, (p) => weightOf(p, label as 0 | 1, ratio))
  ) as [Float64Array, Float64Array]
  const highest = Float64Array.from({ length: courses }, () => {
    let [now, most] = [0, 0]
    for (let i = 0; i < length; i++) {
      const case_ = Math.floor(next() * probabilities.length)
      now = Math.max(0, now + (next() < probabilities[case_]! ? ifTrue : ifFalse)[case_]!)
      if (now > most) most = now
    }
    return most
  }).sort()
  return highest[Math.min(courses - 1, Math.ceil((1 - falseAlarm) * courses) - 1)]!
}

export const courseLength = (cases: number): number => Math.min(MAX_COURSE, Math.max(MIN_COURSE, cases))

const weightOf = (p: number, label: 0 | 1, ratio: number): number =>
  label * Math.log(ratio) - Math.log(1 - p + ratio * p)

/** A probability of 0 that comes true would carry no weight of its own, and one of 1 neither. */
const held = (p: number): number => Math.min(1 - 1e-6, Math.max(1e-6, p))
