import type { BeatWaves, WaveMark, WaveName } from '../delineation.ts'
import { median } from './median.ts'

const WAVES = ['p', 'qrs', 't'] as const satisfies readonly WaveName[]

/** A lead's edge further than this from the median of the leads is not plausible and has no say. */
const PLAUSIBLE_MS: Record<WaveName, number> = { p: 60, qrs: 50, t: 80 }

/**
 * The beats as all leads together show them: of each wave the 2nd earliest plausible onset, the 2nd latest plausible
 * offset and the median peak; one stray lead can therefore not widen an interval. With fewer than three leads that set
 * the edge, the earliest onset and the latest offset. Specs 01 section 4; the rule of the second lead is that of the CSE
 * working party's programs (Willems et al. 1985, Comput Biomed Res 18:439).
 *
 * @param leads leads[i][k]: beat k as lead i shows it; sample numbers
 * @param options rateHz of these sample numbers
 * @returns one entry a beat; a wave that fewer than half of the leads show (at least one) is absent
 * @example globalMarks([[{ qrs: { onset: 100, peak: 120, offset: 150, path: 'classical' } }]], { rateHz: 500 })[0].qrs.onset // 100
 */
export function globalMarks(leads: readonly (readonly BeatWaves[])[], { rateHz }: { rateHz: number }): BeatWaves[] {
  const beats = Math.max(0, ...leads.map((lead) => lead.length))
  return Array.from({ length: beats }, (_, k) => {
    const global: BeatWaves = {}
    for (const wave of WAVES) {
      const marks = leads.flatMap((lead) => lead[k]?.[wave] ?? [])
      if (marks.length === 0 || marks.length * 2 < leads.length) continue
      global[wave] = globalMark(marks, (PLAUSIBLE_MS[wave] * rateHz) / 1000)
    }
    return global
  })
}

function globalMark(marks: readonly WaveMark[], plausible: number): WaveMark {
  const peak = median(marks.map((mark) => mark.peak))
  const onset = secondFromEnd(
    marks.flatMap((mark) => mark.onset ?? []),
    plausible,
    1
  )
  const offset = secondFromEnd(
    marks.flatMap((mark) => mark.offset ?? []),
    plausible,
    -1
  )
  const path = marks.filter((mark) => mark.path === 'network').length * 2 > marks.length ? 'network' : 'classical'
  return { ...(onset === undefined ? {} : { onset }), peak, ...(offset === undefined ? {} : { offset }), path }
}

/** Second of the edges near their median, counted from the earliest (direction 1) or from the latest (-1). */
function secondFromEnd(edges: readonly number[], plausible: number, direction: 1 | -1): number | undefined {
  if (edges.length === 0) return undefined
  const centre = median(edges)
  const kept = edges.filter((edge) => Math.abs(edge - centre) <= plausible).sort((a, b) => (a - b) * direction)
  return kept[kept.length < 3 ? 0 : 1]
}
