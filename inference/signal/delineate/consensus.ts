import type { BeatWaves, WaveName } from '../delineation.ts'
import { median } from './median.ts'
import { OVER_BEATS, type Rules, TOGETHER } from './parameters.ts'

const WAVES = ['p', 'qrs', 't'] as const satisfies readonly WaveName[]
const EDGES = ['onset', 'offset'] as const

/**
 * Draws the edges of each lead towards the median of all leads of the same beat. The leads look at one heart: a wave
 * begins in them at times that differ by a few ms (projection), while the error of a search in one noisy lead is
 * larger. The part of a lead's own deviation that is kept is the part that people's marks showed to be real.
 *
 * @param leads leads[i][k], changed in place
 * @param rateHz rate of the sample numbers
 * @param rules how much of a deviation is kept; more than 1 spreads the leads
 */
export function drawTogether(leads: readonly BeatWaves[][], rateHz: number, rules: Rules = TOGETHER): void {
  const beats = leads[0]?.length ?? 0
  for (let k = 0; k < beats; k++) {
    for (const wave of WAVES) {
      const { own, limitMs } = rules[wave]
      const limit = (limitMs * rateHz) / 1000
      const marks = leads.flatMap((lead) => lead[k]?.[wave] ?? [])
      for (const edge of EDGES) {
        const centre = median(marks.flatMap((mark) => mark[edge] ?? []))
        if (Number.isNaN(centre)) continue
        for (const mark of marks) {
          const away = (mark[edge] ?? centre) - centre
          mark[edge] = centre + own * Math.max(-limit, Math.min(limit, away))
        }
      }
    }
  }
}

/**
 * Draws the edges of each beat towards the median over the beats of that lead, seen from the fiducial: like beats follow
 * each other, and the error of a search differs from beat to beat. A beat whose edge lies beyond the limit is of another
 * kind (ectopic, aberrant) and keeps its own.
 *
 * @param leads leads[i][k], changed in place
 * @param fiducials on the same grid
 * @param from first beat, and `to` the one after the last, of the stretch whose beats are compared
 */
export function drawOverBeats(
  leads: readonly BeatWaves[][],
  { fiducials, rateHz, from, to }: { fiducials: readonly number[]; rateHz: number; from: number; to: number }
): void {
  for (const lead of leads) {
    for (const wave of WAVES) {
      const { own, limitMs } = OVER_BEATS[wave]
      const limit = (limitMs * rateHz) / 1000
      for (const edge of EDGES) {
        const away: number[] = []
        for (let k = from; k < to; k++) {
          const at = lead[k]?.[wave]?.[edge]
          if (at !== undefined) away.push(at - fiducials[k]!)
        }
        const centre = median(away)
        for (let k = from; k < to; k++) {
          const mark = lead[k]?.[wave]
          const at = mark?.[edge]
          if (!mark || at === undefined) continue
          const apart = at - fiducials[k]! - centre
          if (Math.abs(apart) <= limit) mark[edge] = fiducials[k]! + centre + own * apart
        }
      }
    }
  }
}
