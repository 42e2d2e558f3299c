import { type GroupLimits, LISTED } from './group-rates.ts'

/** Counts below this are not shown, so that nobody is found out by being one of few. */
export const SMALLEST_COUNT = 5
/** What is hidden of one attribute adds up to at least this, or the total would give it away. */
const SMALLEST_HIDDEN_SUM = 2 * SMALLEST_COUNT

export interface GroupCount {
  n: number
  /** Absent of measurements, which have no outcome of two kinds. */
  positives?: number
}

/** What of a group is not shown. */
export interface Withheld {
  /** No figures: too few cases or events for any, or `complementary`: shown, they would tell what is hidden of another group. */
  figures?: 'small' | 'complementary'
  n: boolean
  positives: boolean
}

/**
 * What is withheld of the groups of one attribute, which together are all cases.
 *
 * - under 30 cases, or 5 of either outcome: no figures (specs README section L);
 * - a count of positives is hidden where it, or that of negatives, is under 5 (a group in which all died tells of each of them);
 *   a number of cases under 5;
 * - `complementary`, for tables that leave the house: total minus the shown groups would be the hidden one. So where a count is
 *   hidden, the smallest of the other groups is withheld too, those without figures before those with, until what is hidden adds up to
 *   10; with its figures, since prevalence and n are its count. It is not the rule inside the house: eleven people of
 *   unrecorded sex would take the figures of all women with them, and who reads the page may read the pairs.
 *
 * It guards one table. Two tables of overlapping periods, or the same people under another attribute, can be subtracted from
 * each other still; who publishes such tables side by side has to look.
 */
export function withheldOf(
  groups: readonly GroupCount[],
  { complementary = false, limits = LISTED }: { complementary?: boolean; limits?: GroupLimits } = {}
): Withheld[] {
  const withheld = groups.map((group): Withheld => {
    const small = group.n < limits.cases || lesser(group) < limits.events
    return {
      ...(small ? { figures: 'small' as const } : {}),
      n: group.n > 0 && group.n < SMALLEST_COUNT,
      positives: group.positives !== undefined && lesser(group) < SMALLEST_COUNT
    }
  })
  if (complementary) {
    complete(groups, withheld, 'n', ({ n }) => n)
    complete(groups, withheld, 'positives', ({ positives = 0 }) => positives)
  }
  return withheld
}

/** Hides the smallest of the shown groups until the hidden ones cannot be told from the total. */
function complete(
  groups: readonly GroupCount[],
  withheld: Withheld[],
  count: 'n' | 'positives',
  of: (group: GroupCount) => number
): void {
  if (!withheld.some((one) => one[count])) return
  const shown = groups
    .flatMap((group, i) => (withheld[i]![count] ? [] : [{ i, n: group.n, hasFigures: !withheld[i]!.figures }]))
    .sort((a, b) => Number(a.hasFigures) - Number(b.hasFigures) || a.n - b.n)
  let hidden = groups.reduce((sum, group, i) => sum + (withheld[i]![count] ? of(group) : 0), 0)
  let isCovered = groups.some(
    (group, i) => withheld[i]![count] && (count === 'n' ? group.n : lesser(group)) >= SMALLEST_COUNT
  )
  for (const { i } of shown) {
    if (isCovered && hidden >= SMALLEST_HIDDEN_SUM) return
    isCovered = true
    const one = withheld[i]!
    one[count] = true
    one.positives = one.positives || groups[i]!.positives !== undefined
    one.figures ??= 'complementary'
    hidden += of(groups[i]!)
  }
}

const lesser = ({ n, positives }: GroupCount): number =>
  positives === undefined ? Number.POSITIVE_INFINITY : Math.min(positives, n - positives)
