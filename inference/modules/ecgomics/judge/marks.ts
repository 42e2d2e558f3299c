import type { AnnotatedRecording } from '../../../../core/inference-module.ts'
import { globalMarks } from '../../../signal/delineate/global-marks.ts'
import { median } from '../../../signal/delineate/median.ts'
import type { BeatWaves, Delineation, WaveName } from '../../../signal/delineation.ts'

export const WAVES = ['p', 'qrs', 't'] as const satisfies readonly WaveName[]
export const EDGES = ['onset', 'peak', 'offset'] as const

/** One wave of one lead, sample numbers of the recording. */
export type LeadMark = NonNullable<AnnotatedRecording['marks']>[number]

/** The marks of a delineation as a plain list, as people's marks come. */
export function marksOf({ leads }: Pick<Delineation, 'leads'>): LeadMark[] {
  return leads.flatMap((beats, lead) =>
    beats.flatMap((beat) =>
      WAVES.flatMap((wave) => {
        const mark = beat[wave]
        if (!mark) return []
        const { path: _, ...positions } = mark
        return [{ lead, wave, ...positions }]
      })
    )
  )
}

/** QRS peaks of different leads this close are of one beat. */
const ONE_BEAT_MS = 130
/** P lies before and T behind its QRS by at most this. */
const P_REACH_MS = 450
const T_REACH_MS = 700

/** Intervals of a recording, ms: medians over its beats of the global marks; absent where no beat has both ends. */
export interface Intervals {
  pr?: number
  qrsDuration?: number
  qt?: number
}

/**
 * PR, QRS duration and QT from marks lead by lead. The marks are gathered into beats by their QRS, and the global marks are
 * drawn from the leads by the rule of the delineation (`globalMarks`), whoever set them.
 *
 * @param span only beats whose QRS lies in it, sample numbers
 */
export function intervalsOf(
  marks: readonly LeadMark[],
  { rateHz, leads, span }: { rateHz: number; leads: number; span?: { from: number; to: number } }
): Intervals {
  const ms = 1000 / rateHz
  const centres = beatCentres(marks, ONE_BEAT_MS / ms)
  const beats: BeatWaves[][] = Array.from({ length: leads }, () => centres.map(() => ({})))
  for (const { lead, wave, ...positions } of marks) {
    const k = beatOf(centres, { wave, peak: positions.peak, ms })
    if (k >= 0 && beats[lead]) beats[lead][k]![wave] = { ...positions, path: 'classical' }
  }
  const used = beats.filter((lead) => lead.some((beat) => Object.keys(beat).length > 0))
  return intervalsOfGlobal(globalMarks(used, { rateHz }), { rateHz, ...(span ? { span } : {}) })
}

/** PR, QRS duration and QT from global marks, ms; only of beats whose QRS lies in the span. */
export function intervalsOfGlobal(
  beats: readonly BeatWaves[],
  { rateHz, span }: { rateHz: number; span?: { from: number; to: number } }
): Intervals {
  const ms = 1000 / rateHz
  const global = beats.filter(({ qrs }) => qrs && (!span || (qrs.peak >= span.from && qrs.peak <= span.to)))
  const between = (from: (beat: BeatWaves) => number | undefined, to: (beat: BeatWaves) => number | undefined) => {
    const lengths = global.flatMap((beat) => {
      const [a, b] = [from(beat), to(beat)]
      return a === undefined || b === undefined ? [] : (b - a) * ms
    })
    return lengths.length > 0 ? median(lengths) : undefined
  }
  const pr = between(
    ({ p }) => p?.onset,
    ({ qrs }) => qrs?.onset
  )
  const qrsDuration = between(
    ({ qrs }) => qrs?.onset,
    ({ qrs }) => qrs?.offset
  )
  const qt = between(
    ({ qrs }) => qrs?.onset,
    ({ t }) => t?.offset
  )
  return {
    ...(pr === undefined ? {} : { pr }),
    ...(qrsDuration === undefined ? {} : { qrsDuration }),
    ...(qt === undefined ? {} : { qt })
  }
}

function beatCentres(marks: readonly LeadMark[], together: number): number[] {
  const peaks = marks
    .filter(({ wave }) => wave === 'qrs')
    .map(({ peak }) => peak)
    .sort((a, b) => a - b)
  const groups: number[][] = []
  for (const peak of peaks) {
    const open = groups.at(-1)
    if (open && peak - open[0]! <= together) open.push(peak)
    else groups.push([peak])
  }
  return groups.map(median)
}

/** Number of the beat that a wave belongs to; -1 for none near enough. */
function beatOf(centres: readonly number[], { wave, peak, ms }: { wave: WaveName; peak: number; ms: number }): number {
  if (wave === 'qrs') return centres.findIndex((centre) => Math.abs(centre - peak) * ms <= ONE_BEAT_MS)
  if (wave === 'p') return centres.findIndex((centre) => centre > peak && (centre - peak) * ms <= P_REACH_MS)
  return centres.findLastIndex((centre) => centre < peak && (peak - centre) * ms <= T_REACH_MS)
}
