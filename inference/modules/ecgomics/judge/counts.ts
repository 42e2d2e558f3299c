import { EDGES, type LeadMark, WAVES } from './marks.ts'
import { matched } from './match.ts'

/** A mark counts as found when its peak lies within this of people's (Association for the Advancement of Medical Instrumentation, EC57: 150 ms). */
export const TOLERANCE_MS = 150

/**
 * Sums over one recording from which every metric follows, and which add up over recordings: a bootstrap draw is then a sum
 * of rows. Keys: `p.tp`, `p.fn`, `p.fp`, `p.onset.n`, `p.onset.sum`, `p.onset.squares` and alike; ms.
 */
export type Counts = Record<string, number>

/**
 * Judges marks lead by lead. Only between the first and the last mark that people set in a lead: LUDB leaves the beats at
 * both ends unmarked, and what is found there is neither right nor wrong. A lead without any of people's marks is not
 * judged.
 *
 * @param reference what people marked @param found what is judged, same leads
 */
export function waveCounts(
  reference: readonly LeadMark[],
  found: readonly LeadMark[],
  { rateHz, leads }: { rateHz: number; leads: number }
): Counts {
  const counts: Counts = {}
  const ms = 1000 / rateHz
  for (let lead = 0; lead < leads; lead++) {
    const truth = reference.filter((mark) => mark.lead === lead)
    const span = spanOf(truth)
    if (!span) continue
    const judged = found.filter((mark) => mark.lead === lead)
    for (const wave of WAVES) {
      const wanted = truth.filter((mark) => mark.wave === wave)
      const given = judged.filter((mark) => mark.wave === wave)
      const pairs = matched(
        wanted.map(({ peak }) => peak),
        given.map(({ peak }) => peak),
        TOLERANCE_MS / ms
      )
      const paired = new Set(pairs.map(([, j]) => j))
      const extra = given.filter(({ peak }, j) => !paired.has(j) && peak >= span.from && peak <= span.to)
      add(counts, `${wave}.tp`, pairs.length)
      add(counts, `${wave}.fn`, wanted.length - pairs.length)
      add(counts, `${wave}.fp`, extra.length)
      for (const [i, j] of pairs) {
        for (const edge of EDGES) {
          const [a, b] = [wanted[i]![edge], given[j]![edge]]
          if (a === undefined || b === undefined) continue
          const error = (b - a) * ms
          add(counts, `${wave}.${edge}.n`, 1)
          add(counts, `${wave}.${edge}.sum`, error)
          add(counts, `${wave}.${edge}.squares`, error * error)
        }
      }
    }
  }
  return counts
}

/** From the first to the last mark of one lead. */
export function spanOf(marks: readonly LeadMark[]): { from: number; to: number } | undefined {
  if (marks.length === 0) return undefined
  const positions = marks.flatMap(({ onset, peak, offset }) => [onset ?? peak, offset ?? peak])
  return { from: Math.min(...positions), to: Math.max(...positions) }
}

/** Beats of a whole recording: people's against found, outside the excluded spans. */
export function beatCounts(
  reference: readonly number[],
  found: readonly number[],
  { rateHz, excluded }: { rateHz: number; excluded: readonly { from: number; to: number }[] }
): Counts {
  const isJudged = (at: number): boolean => !excluded.some(({ from, to }) => at >= from && at <= to)
  const pairs = matched(reference, found, (TOLERANCE_MS * rateHz) / 1000)
  const paired = { reference: new Set(pairs.map(([i]) => i)), found: new Set(pairs.map(([, j]) => j)) }
  return {
    'beat.tp': pairs.filter(([i]) => isJudged(reference[i]!)).length,
    'beat.fn': reference.filter((at, i) => !paired.reference.has(i) && isJudged(at)).length,
    'beat.fp': found.filter((at, j) => !paired.found.has(j) && isJudged(at)).length
  }
}

export function add(counts: Counts, key: string, by: number): void {
  counts[key] = (counts[key] ?? 0) + by
}
