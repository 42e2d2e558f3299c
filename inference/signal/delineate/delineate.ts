import type { BeatWaves, Delineation } from '../delineation.ts'
import { drawOverBeats, drawTogether } from './consensus.ts'
import { globalMarks } from './global-marks.ts'
import { quantile } from './median.ts'
import { ordered } from './ordered.ts'
import { findPWaves, stretches } from './p-waves.ts'
import { FOR_GLOBAL, P_WAVE, type Rules, T_WAVE } from './parameters.ts'
import { type LeadView, prepareLeads, WORK_HZ } from './prepare.ts'
import { type Edges, qrsOfAllLeads, qrsOfLead } from './qrs-bounds.ts'
import { type SlowWave, slowWaveOfLead, tallest, type Window } from './slow-wave.ts'

/** A window shorter than this holds no P (60 ms) or T (120 ms). */
const SHORTEST_P = 30
const SHORTEST_T = 60
/** Part of the samples that are at rest in any rhythm: the resting slope is the quantile there. */
const AT_REST = 0.3
/** P is sought after T has ended in this part of the leads. */
const T_ENDS = 0.9

/**
 * P, QRS and T of every beat in every lead, by slope and by height above the chord, each sought where all leads together
 * show it. Specs 01 section 4 (b).
 *
 * Steps: each lead at 500 Hz, smoothed; QRS over all leads, then in each lead; T between QRS and the next beat; P by what
 * the beats have in common before QRS, or its absence; then each edge is drawn towards the other leads and the other
 * beats; last the global marks.
 *
 * A wave that all leads together show is marked in every lead, as people mark it: where a lead is flat at that moment,
 * its peak is the extremum there and its edges are those of the other leads. Edges that fall into missing samples are
 * left out.
 *
 * @param leads mV, one array a lead, equal lengths, NaN where missing
 * @param beats fiducials, rising sample numbers at rateHz
 * @example delineate([leadI, leadII], { rateHz: 500, beats: [400, 900] }).leads[0]![0]!.qrs?.onset // 381.5
 */
export function delineate(
  leads: readonly Float64Array[],
  { rateHz, beats }: { rateHz: number; beats: readonly number[] }
): Delineation {
  const scale = WORK_HZ / rateHz
  const views = prepareLeads(leads, rateHz)
  const usable = views.filter((view) => view !== undefined)
  const length = usable[0]?.fast.length ?? 0
  const fiducials = beats.map((beat) => Math.round(beat * scale))
  const marks: BeatWaves[][] = views.map(() => beats.map(() => ({})))
  const each = (work: (view: LeadView, lead: BeatWaves[]) => void): void => {
    for (const [i, view] of views.entries()) if (view) work(view, marks[i]!)
  }

  const complexes = complexesOf(usable, fiducials)
  each((view, lead) => {
    const rest = quantile(view.slope.map(Math.abs), AT_REST)
    complexes.forEach((all, k) => {
      const qrs = all && qrsOfLead(view, rest, all)
      if (qrs) lead[k]!.qrs = { ...qrs, path: 'classical' }
    })
  })

  const tEnds = complexes.map((all, k) => {
    const window = all && roomForT(all, { fiducials, k, next: complexes[k + 1], length })
    const anchor = window && tallest(usable, window, T_WAVE.arm)
    if (!anchor) return undefined
    const offsets: number[] = []
    each((view, lead) => {
      const { height: _, ...wave } = slowWaveOfLead(view, { anchor: anchor.at, window, parameters: T_WAVE })
      lead[k]!.t = { ...wave, path: 'classical' }
      if (wave.offset !== undefined) offsets.push(wave.offset)
    })
    return quantile(Float64Array.from(offsets), T_ENDS)
  })

  const rooms = complexes.map((all, k) => all && roomForP(all, { before: complexes[k - 1], tEnd: tEnds[k - 1] }))
  const p = findPWaves(usable, { rooms, fiducials })
  let fellAway = 0
  p.anchors.forEach((anchor, k) => {
    if (anchor === undefined) return
    const waves = views.map((view) => view && slowWaveOfLead(view, { anchor, window: rooms[k]!, parameters: P_WAVE }))
    if (!standsAlone(waves)) {
      fellAway++
      return
    }
    waves.forEach((wave, i) => {
      if (!wave) return
      const { height: _, ...mark } = wave
      marks[i]![k]!.p = { ...mark, path: 'classical' }
    })
  })
  const isFoot = fellAway * 2 > p.anchors.filter((anchor) => anchor !== undefined).length

  const finished = (rules?: Rules): BeatWaves[][] => {
    const drawn = structuredClone(marks)
    drawTogether(drawn, WORK_HZ, rules)
    for (const [from, to] of stretches(beats.length)) drawOverBeats(drawn, { fiducials, rateHz: WORK_HZ, from, to })
    drawn.forEach((lead, i) => {
      for (const beat of lead) finish(beat, { scale, missing: views[i]?.missing ?? [] })
    })
    return drawn
  }
  return {
    rateHz,
    beats,
    leads: finished(),
    global: globalMarks(finished(FOR_GLOBAL), { rateHz }).map(ordered),
    pWaves: isFoot ? 'unclear' : p.presence
  }
}

/** QRS of each beat over all leads, searched no further than half way to its neighbours. */
function complexesOf(views: readonly LeadView[], fiducials: readonly number[]): (Edges | undefined)[] {
  const length = views[0]?.fast.length ?? 0
  const velocity = new Float64Array(length)
  for (const { slope } of views) for (let i = 0; i < length; i++) velocity[i] = velocity[i]! + slope[i]! ** 2
  for (let i = 0; i < length; i++) velocity[i] = Math.sqrt(velocity[i]!)
  const rest = quantile(velocity, AT_REST)
  return fiducials.map((fiducial, k) => {
    const from = k > 0 ? (fiducials[k - 1]! + fiducial) >> 1 : 2
    const to = k + 1 < fiducials.length ? (fiducials[k + 1]! + fiducial) >> 1 : length - 3
    return qrsOfAllLeads(velocity, { fiducial, rest, from, to })
  })
}

function roomForT(
  all: Edges,
  { fiducials, k, next, length }: { fiducials: readonly number[]; k: number; next: Edges | undefined; length: number }
): Window | undefined {
  const at = fiducials[k]!
  const rr = (k + 1 < fiducials.length ? fiducials[k + 1]! - at : k > 0 ? at - fiducials[k - 1]! : WORK_HZ) / WORK_HZ
  const longest = Math.round(T_WAVE.longestQt * Math.sqrt(rr) * WORK_HZ)
  const from = all.offset + T_WAVE.afterQrs
  const to = Math.min(next ? next.onset - T_WAVE.beforeNextQrs : length - 5, all.onset + longest)
  return to - from > SHORTEST_T ? { from, to } : undefined
}

function roomForP(
  all: Edges,
  { before, tEnd }: { before: Edges | undefined; tEnd: number | undefined }
): Window | undefined {
  const from = Math.max(2, all.onset - P_WAVE.reach, before ? (tEnd ?? before.offset + P_WAVE.reach / 4) : 2)
  return all.onset - from > SHORTEST_P ? { from, to: all.onset - P_WAVE.beforeQrs } : undefined
}

/** Whether what was found rises and falls again in the leads that show most of it: the foot of QRS or T only does one. */
function standsAlone(waves: readonly (SlowWave | undefined)[]): boolean {
  let both = 0
  let all = 0
  for (const wave of waves) {
    if (!wave) continue
    all += wave.height ** 2
    if (wave.onset !== undefined && wave.offset !== undefined) both += wave.height ** 2
  }
  return both * 2 > all
}

/** Back to the recording's own sample numbers; what stands in missing samples is taken out. */
function finish(beat: BeatWaves, { scale, missing }: { scale: number; missing: readonly [number, number][] }): void {
  const isMissing = (at: number): boolean => missing.some(([from, to]) => at >= from - 1 && at <= to)
  for (const wave of ['p', 'qrs', 't'] as const) {
    const mark = beat[wave]
    if (!mark) continue
    if (isMissing(mark.peak)) {
      delete beat[wave]
      continue
    }
    for (const edge of ['onset', 'offset'] as const) {
      const at = mark[edge]
      if (at === undefined) continue
      if (isMissing(at)) delete mark[edge]
      else mark[edge] = at / scale
    }
    mark.peak /= scale
  }
  ordered(beat)
}
