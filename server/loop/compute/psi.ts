/** Bins of equal mass of the reference (deciles). */
const BINS = 10
/** Fewer distinct bins than this say nothing of a distribution: yes-or-no inputs are seen by their missing share at most. */
const MIN_BINS = 3
/** A week of fewer values is not judged. */
export const MIN_WEEK = 100
/** A bin that the reference never saw is taken as this rare. */
const LEAST_SHARE = 0.002
/** Error of a wrong breach, over all inputs of one look together: there are fifty-two looks a year. */
const ALPHA = 0.001

export interface PsiRequest {
  inputs: readonly {
    name: string
    /** This week; null = missing. */
    now: readonly (number | null)[]
    /** The site's own values, or the deciles of the model's known ones and their share of missing ones. */
    reference: { values: readonly (number | null)[] } | { deciles: readonly number[]; missing?: number }
  }[]
  /** From which index a week is a breach. */
  breach: number
}

export interface PsiRow {
  name: string
  n: number
  /** Values of the reference; absent: known by its deciles only. */
  nReference?: number
  psi: number | null
  /** Above this it is more than chance gives at these numbers. */
  chance: number | null
  verdict: 'stable' | 'note' | 'breach' | 'not-judged'
}

/** From here on an index is worth a note (Siddiqi 2006, chapter 8: .1 small, .25 large shift). */
const NOTE = 0.1

/**
 * Population stability index of each input of a week against its reference: sum over bins of (a - e) ln(a / e), with the shares
 * of now a and of the reference e.
 *
 * Where nothing changed, PSI (1/n + 1/m)^-1 is about chi-square with bins - 1 degrees of freedom (Yurdakul and Naranjo, J Risk
 * Model Valid 2020;14:89), so .25 is common with a hundred values and rare with a thousand. A week is a breach when it is
 * above both .25 and what chance gives in one of a thousand looks at all inputs together.
 *
 * Bins: the deciles of the reference; equal deciles fall together. A missing value is a bin of its own, and left out where
 * nobody says how often it was missing in the reference. Each bin counts half a case more, so
 * that none is empty.
 */
export function psi({ inputs, breach }: PsiRequest): PsiRow[] {
  const judged = inputs.map(({ name, now, reference }) => ({ name, ...indexOf(now, reference) }))
  const looks = judged.filter(({ value }) => value !== undefined).length
  return judged.map(({ name, n, m, value, bins }) => {
    const chance =
      value === undefined
        ? null
        : chiSquareQuantile(1 - ALPHA / looks, bins - 1) * (1 / n + (m === undefined ? 0 : 1 / m))
    const verdict =
      value === undefined || chance === null
        ? 'not-judged'
        : value >= breach && value > chance
          ? 'breach'
          : value >= NOTE && value > chance
            ? 'note'
            : 'stable'
    return { name, n, ...(m === undefined ? {} : { nReference: m }), psi: value ?? null, chance, verdict }
  })
}

function indexOf(
  now: readonly (number | null)[],
  reference: PsiRequest['inputs'][number]['reference']
): { n: number; m?: number; value?: number; bins: number } {
  const binned = 'deciles' in reference ? ofDeciles(now, reference) : ofValues(now, reference.values)
  const { counts, expected, m } = binned
  const n = counts.reduce((sum, count) => sum + count, 0)
  const bins = counts.length
  if (n < MIN_WEEK || bins < MIN_BINS) return { n, m, bins }
  const total = n + bins / 2
  const value = counts.reduce((sum, count, bin) => {
    const [a, e] = [(count + 0.5) / total, expected[bin]!]
    return sum + (a - e) * Math.log(a / e)
  }, 0)
  return { n, m, bins, value }
}

interface Binned {
  counts: number[]
  /** Shares. */
  expected: number[]
  m?: number
}

function ofValues(now: readonly (number | null)[], values: readonly (number | null)[]): Binned {
  const known = values.filter((value) => value !== null).sort((a, b) => a - b)
  const cuts = distinct(
    Array.from({ length: BINS - 1 }, (_, i) => known[Math.floor(((i + 1) * known.length) / BINS)] ?? Number.NaN)
  )
  const isMissingSeen = [...values, ...now].includes(null)
  const bins = cuts.length + 1 + (isMissingSeen ? 1 : 0)
  const count = (some: readonly (number | null)[]): number[] => {
    const counts = new Array<number>(bins).fill(0)
    for (const value of some) counts[value === null ? bins - 1 : binOf(value, cuts)]!++
    return counts
  }
  const before = count(values)
  return {
    counts: count(now),
    expected: before.map((one) => (one + 0.5) / (values.length + bins / 2)),
    m: values.length
  }
}

function ofDeciles(
  now: readonly (number | null)[],
  { deciles, missing }: { deciles: readonly number[]; missing?: number }
): Binned {
  const cuts = distinct(deciles)
  // Where deciles fall together nobody knows how much lies on the value itself: not judged.
  if (cuts.length < deciles.length) return { counts: [], expected: [] }
  const counts = new Array<number>(cuts.length + 1).fill(0)
  for (const value of now) if (value !== null) counts[binOf(value, cuts)]!++
  const absent = now.filter((value) => value === null).length
  if (missing === undefined) return { counts, expected: counts.map(() => 1 / counts.length) }
  // Never quite never: one missing value must not weigh without bounds.
  const share = Math.min(1 - LEAST_SHARE, Math.max(LEAST_SHARE, missing))
  return { counts: [...counts, absent], expected: [...counts.map(() => (1 - share) / counts.length), share] }
}

const distinct = (cuts: readonly number[]): number[] => [...new Set(cuts.filter((cut) => Number.isFinite(cut)))]

/** Number of cuts at or below the value. */
function binOf(value: number, cuts: readonly number[]): number {
  const above = cuts.findIndex((cut) => cut > value)
  return above < 0 ? cuts.length : above
}

/**
 * Quantile of chi-square by Wilson and Hilferty (1931): within 1 % for three and more degrees of freedom.
 * @example chiSquareQuantile(0.99, 9) // 21.68 (tables: 21.67)
 */
export function chiSquareQuantile(p: number, degrees: number): number {
  const z = normalQuantile(p)
  const a = 2 / (9 * degrees)
  return degrees * (1 - a + z * Math.sqrt(a)) ** 3
}

/** Upper quantile of the normal distribution, 0.5 < p < 1 (Abramowitz and Stegun 26.2.23; error below 5e-4). */
function normalQuantile(p: number): number {
  const t = Math.sqrt(-2 * Math.log(1 - p))
  return t - (2.515517 + 0.802853 * t + 0.010328 * t * t) / (1 + 1.432788 * t + 0.189269 * t * t + 0.001308 * t ** 3)
}
