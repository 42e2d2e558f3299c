import { weightedIntervals } from './bootstrap.ts'
import { calibrationOf, inTheLargeOf } from './calibration.ts'
import { AGE_BANDS, type GroupedCase } from './cases.ts'
import { countsAt, prevalenceMatchedThreshold } from './discrimination.ts'
import { type FairnessGap, fairnessGap } from './fairness.ts'
import { once, rank, rankedAuprc, rankedAuroc, rankedEce } from './ranked.ts'
import { type MetricRow, metricRows, type Statistics } from './rows.ts'
import type { Contrast } from './simultaneous.ts'
import { withheldOf } from './suppression.ts'
import { wilson } from './wilson.ts'

/** What was asked and refused: an abstention, with its strata. */
export interface RefusedCase {
  patient: string
  groups: Record<string, string>
}

export interface Figure {
  name: string
  /** null where it is not defined for these cases. */
  value: number | null
  ci: [number | null, number | null]
}

export interface SubgroupRow {
  /** 'sex'; empty of all cases together. */
  attribute: string
  /** 'female'; 'all' of all cases together; NOT_RECORDED of those without the attribute. */
  group: string
  /** null: hidden (suppression.ts). */
  n: number | null
  /** null: hidden, or a measurement. */
  positives: number | null
  withheld?: 'small' | 'complementary'
  /** Empty where withheld. */
  figures: Figure[]
}

/** A difference of mean errors between the groups of an attribute, for measurements. */
export interface MeasuredGap {
  attribute: string
  contrasts: (Contrast & { group: string })[]
  verdict: FairnessGap['verdict']
}

export interface SubgroupReport {
  label: string
  kind: 'probability' | 'score' | 'measurement'
  unit?: string
  /** At or above it is positive; absent of measurements. */
  threshold?: { value: number; origin: 'site' | 'prevalence-matched' }
  overall: SubgroupRow
  /** Attribute by attribute, each with a row for every group, together all cases. */
  rows: SubgroupRow[]
  /** Of a probability or a score. */
  gaps: FairnessGap[]
  /** Of a measurement. */
  measuredGaps: MeasuredGap[]
  draws: number
}

export interface SubgroupOptions {
  label: string
  kind?: 'probability' | 'score'
  /** The site's cut on what is served. Absent: as many are called positive as there are. */
  threshold?: number
  /** Default: all that the cases have. */
  attributes?: readonly string[]
  draws?: number
  refused?: readonly RefusedCase[]
  /** What was answered, where that is more than was judged: abstention is a share of those asked, and not of those tested later. */
  answered?: readonly RefusedCase[]
  /** For a table that leaves the house: nothing hidden can be recomputed from the totals (suppression.ts). */
  complementary?: boolean
}

export const NOT_RECORDED = 'not recorded'
/** More groups than this are a column of something else: the smaller ones are taken together. */
const MAX_GROUPS = 30
const MAX_ATTRIBUTES = 20
/** Exchanges of the groups; more tell no more of the 95th percentile. */
const MAX_EXCHANGES = 1000
const OTHERS = 'others'

/**
 * How a score does in every group (specs README section L): n, positives, AUROC, AUPRC, sensitivity, false-positive rate, PPV, NPV,
 * calibration in the large and slope, expected calibration error, abstention rate, each with its 95 % interval by patient;
 * small groups without figures; and whether groups are treated differently at the threshold.
 *
 * `calibration.intercept` has its slope held at 1 (calibration.ts: inTheLargeOf). A score of points has no calibration.
 */
export function subgroupReport(cases: readonly GroupedCase[], options: SubgroupOptions): SubgroupReport {
  const { label, kind = 'probability', draws = 2000, refused = [], answered, attributes, complementary } = options
  const threshold = options.threshold ?? prevalenceMatchedThreshold(cases)
  const figures = (members: readonly GroupedCase[], asked: Asked): Figure[] => [
    ...metricRows(members, statisticsOf(members, { threshold, kind }), { draws }).map((row) =>
      widened(figureOf(row), members, threshold)
    ),
    ...(refused.length > 0 ? [abstention(asked, draws)] : [])
  ]
  const split = splitBy(cases, { refused, answered, figures, attributes, complementary })
  return {
    label,
    kind,
    threshold: { value: threshold, origin: options.threshold === undefined ? 'prevalence-matched' : 'site' },
    ...split,
    gaps: attributesOf(cases, attributes).map((attribute) =>
      fairnessGap(cases, attribute, threshold, {
        draws,
        permutations: Math.min(MAX_EXCHANGES, draws),
        without: withheldNames(split.rows, attribute)
      })
    ),
    measuredGaps: [],
    draws
  }
}

/** Who was asked about, by what came of it. */
export interface Asked {
  answered: readonly RefusedCase[]
  refused: readonly RefusedCase[]
}

interface Splitting<T> {
  attributes?: readonly string[]
  refused: readonly RefusedCase[]
  answered?: readonly RefusedCase[]
  complementary?: boolean
  figures(members: readonly T[], asked: Asked): Figure[]
}

/** The row of all cases, and those of the groups of each attribute. */
export function splitBy<T extends { patient: string; groups: Record<string, string>; label?: 0 | 1 }>(
  cases: readonly T[],
  { attributes, refused, answered = cases, complementary, figures }: Splitting<T>
): { overall: SubgroupRow; rows: SubgroupRow[] } {
  const [overall] = rowsOf('', [{ group: 'all', members: cases, answered, refused }], { figures, complementary })
  const rows = attributesOf(cases, attributes).flatMap((attribute) => {
    const of = Map.groupBy(cases, ({ groups }) => groups[attribute] || NOT_RECORDED)
    const [gone, said] = [refused, answered].map((some) =>
      Map.groupBy(some, ({ groups }) => groups[attribute] || NOT_RECORDED)
    )
    const groups = namesOf(of).map((group) => ({
      group,
      members: of.get(group) ?? [],
      answered: said!.get(group) ?? [],
      refused: gone!.get(group) ?? []
    }))
    return rowsOf(attribute, bounded(groups), { figures, complementary })
  })
  return { overall: overall!, rows }
}

function rowsOf<T extends { label?: 0 | 1 }>(
  attribute: string,
  groups: readonly (Asked & { group: string; members: readonly T[] })[],
  { figures, complementary }: Pick<Splitting<T>, 'figures' | 'complementary'>
): SubgroupRow[] {
  const counts = groups.map(({ members }) => {
    const positives = members.reduce((sum, { label = 0 }) => sum + label, 0)
    return { n: members.length, ...(members[0]?.label === undefined ? {} : { positives }) }
  })
  const withheld = withheldOf(counts, { complementary })
  return groups.map(({ group, members, ...asked }, i) => {
    const { figures: reason, n, positives } = withheld[i]!
    return {
      attribute,
      group,
      n: n ? null : counts[i]!.n,
      positives: positives ? null : (counts[i]!.positives ?? null),
      ...(reason ? { withheld: reason } : {}),
      figures: reason ? [] : figures(members, asked)
    }
  })
}

function statisticsOf(
  members: readonly GroupedCase[],
  { threshold, kind }: { threshold: number; kind: 'probability' | 'score' }
): Statistics {
  const ranked = rank(members)
  const at = countsAt(members, threshold)
  const [line, inTheLarge] = [calibrationOf(members), inTheLargeOf(members)]
  const label = Uint8Array.from(members, (one) => one.label)
  return {
    names: [...AT_THRESHOLD, ...(kind === 'probability' ? CALIBRATION : [])],
    of(weights) {
      let [positives, total] = [0, 0]
      for (let i = 0; i < label.length; i++) {
        positives += weights[i]! * label[i]!
        total += weights[i]!
      }
      const { sensitivity, specificity, ppv, npv } = at(weights)
      const always = [
        positives / total,
        rankedAuroc(ranked, weights),
        rankedAuprc(ranked, weights),
        sensitivity,
        1 - specificity,
        ppv,
        npv
      ]
      if (kind === 'score') return always
      return [...always, inTheLarge(weights), line(weights).slope, rankedEce(ranked, weights)]
    }
  }
}

const AT_THRESHOLD = ['prevalence', 'auroc', 'auprc', 'sensitivity', 'fpr', 'ppv', 'npv'] as const
const CALIBRATION = ['calibration.intercept', 'calibration.slope', 'ece'] as const

/** Of whom a rate is a share. */
const OF: Readonly<Record<string, (one: GroupedCase, threshold: number) => boolean>> = {
  sensitivity: ({ label }) => label === 1,
  fpr: ({ label }) => label === 0,
  ppv: ({ probability }, threshold) => probability >= threshold,
  npv: ({ probability }, threshold) => probability < threshold
}

/** None of five found is no certainty: where no draw can differ, the interval is Wilson's, with people as its number. */
function widened(figure: Figure, members: readonly GroupedCase[], threshold: number): Figure {
  const of = OF[figure.name]
  if (!of || figure.value === null || figure.ci[0] === null || figure.ci[0] !== figure.ci[1]) return figure
  const people = new Set(members.flatMap((one) => (of(one, threshold) ? [one.patient] : [])))
  return { ...figure, ci: wilson(figure.value, people.size) }
}

/** Share of those asked about that were refused. */
export function abstention({ answered, refused }: Asked, draws: number): Figure {
  const asked = [...answered, ...refused]
  const share = (weights: ArrayLike<number>): number[] => {
    let [gone, total] = [0, 0]
    for (let i = 0; i < asked.length; i++) {
      total += weights[i]!
      if (i >= answered.length) gone += weights[i]!
    }
    return [gone / total]
  }
  const patients = asked.map(({ patient }) => patient)
  const [ci] = weightedIntervals(patients, share, draws)
  const value = share(once(asked))[0]!
  const [low, high] = ci && ci[0] === ci[1] ? wilson(value, new Set(patients).size) : (ci ?? [])
  return { name: 'abstention', value: known(value), ci: [known(low), known(high)] }
}

export const figureOf = ({ name, value, ci }: MetricRow): Figure => ({ name, value, ci })

export function attributesOf(
  cases: readonly { groups: Record<string, string> }[],
  asked?: readonly string[]
): string[] {
  const found = new Set<string>()
  for (const { groups } of cases) for (const [name, value] of Object.entries(groups)) if (value) found.add(name)
  const names = asked ? asked.filter((name) => found.has(name)) : [...found].sort(byName)
  return names.slice(0, MAX_ATTRIBUTES)
}

export const withheldNames = (rows: readonly SubgroupRow[], attribute: string): Set<string> =>
  new Set(rows.flatMap((row) => (row.attribute === attribute && row.withheld ? [row.group] : [])))

/** Sex, age and race first, as people look for them. */
const FIRST = ['sex', 'age', 'race']
const byName = (a: string, b: string): number => {
  const [one, other] = [a, b].map((name) => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length))
  return one! - other! || (a < b ? -1 : 1)
}

/** Names of the groups: age bands in their order, others by name, 'not recorded' last. */
function namesOf(groups: Map<string, unknown>): string[] {
  const order = (name: string): number => {
    if (name === NOT_RECORDED) return AGE_BANDS.length + 1
    const band = (AGE_BANDS as readonly string[]).indexOf(name)
    return band < 0 ? AGE_BANDS.length : band
  }
  return [...groups.keys()].sort((a, b) => order(a) - order(b) || (a < b ? -1 : 1))
}

/** The largest groups by themselves, the rest together. */
function bounded<T>(groups: (Asked & { group: string; members: readonly T[] })[]) {
  if (groups.length <= MAX_GROUPS) return groups
  const largest = new Set(groups.toSorted((a, b) => b.members.length - a.members.length).slice(0, MAX_GROUPS - 1))
  const rest = groups.filter((one) => !largest.has(one))
  return [
    ...groups.filter((one) => largest.has(one)),
    {
      group: OTHERS,
      members: rest.flatMap(({ members }) => members),
      answered: rest.flatMap(({ answered }) => answered),
      refused: rest.flatMap(({ refused }) => refused)
    }
  ]
}

const known = (value: number | undefined): number | null =>
  value !== undefined && Number.isFinite(value) ? value : null
