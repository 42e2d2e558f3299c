import { type CutGrid, cutBeat, cutGrid, isWhole } from './cut-beat.ts'

/** Beats of one cluster resemble its mean at least this much (specs 01 section 4 c). */
const SAME_SHAPE = 0.9
/** So much alike that no better cluster is looked for. */
const SURELY_SAME = 0.96
/** More shapes than this are not kept apart; what resembles none stays alone. */
const MAX_SHAPES = 24
/** Order in which beats are put upon each other: steps of 8 ms. */
const SHIFTS = [0, -1, 1, -2, 2, -3, 3]
/** A mean is not weighed down by more beats than this, so that it follows slow change. */
const MOST_WEIGHT = 200

/** One shape of beats. */
export interface Shape {
  /** Mean of its beats, all leads one after the other, of length 1 (`cutBeat`). */
  mean: Float64Array
  count: number
  /** Correlation with the mean of the dominant shape, at the best shift. */
  likeDominant: number
}

export interface BeatShape {
  /** Index into `shapes`, which are ordered by size: 0 is the dominant one. A beat like none, or not seen whole: -1. */
  shape: number
  /** Correlation with the mean of its shape when it joined. */
  correlation: number
  /** Root mean square of the beat about its mean over the leads, mV; 0 when it was not seen whole. */
  sizeMv: number
  /** Spread of its slope's energy in time, ms: grows with the duration of the QRS. */
  spreadMs: number
}

/**
 * Groups beats by the shape of their QRS: a beat joins the cluster whose mean it resembles most, over all leads at once
 * and within 24 ms of the fiducial, if the correlation is at least .9; else it opens a new one (leader clustering; the
 * order of the beats can matter for shapes near .9). Leads that lost samples in a beat are left out of it.
 *
 * @param leads Float64Array each, mV @param beats fiducials, rising
 */
export function shapeClusters(
  leads: readonly Float64Array[],
  rateHz: number,
  beats: readonly number[]
): { shapes: Shape[]; beats: BeatShape[] } {
  const grid = cutGrid(rateHz)
  const shapes: Shape[] = []
  const cut = new Float64Array(leads.length * grid.width)
  const joined = beats.map((at) => join(leads, at, { grid, shapes, cut }))
  const order = shapes.map((_, s) => s).sort((a, b) => shapes[b]!.count - shapes[a]!.count || a - b)
  const rank = new Map(order.map((s, r) => [s, r]))
  const sorted = order.map((s) => shapes[s]!)
  for (const shape of sorted) shape.likeDominant = likeness(shape.mean, sorted[0]!.mean, grid.width)
  return { shapes: sorted, beats: joined.map((beat) => ({ ...beat, shape: rank.get(beat.shape) ?? -1 })) }
}

function join(
  leads: readonly Float64Array[],
  at: number,
  { grid, shapes, cut }: { grid: CutGrid; shapes: Shape[]; cut: Float64Array }
): BeatShape {
  let best = { shape: -1, correlation: Number.NEGATIVE_INFINITY, shift: 0 }
  let measured = { sizeMv: 0, spreadMs: 0 }
  for (const shift of SHIFTS) {
    const beat = cutBeat(leads, at + shift * grid.step, grid, cut)
    if (!beat) continue
    if (shift === 0) measured = beat
    for (let s = 0; s < shapes.length; s++) {
      const correlation = dot(cut, shapes[s]!.mean)
      if (correlation > best.correlation) best = { shape: s, correlation, shift }
    }
    if (best.correlation >= SURELY_SAME) break
  }
  if (measured.sizeMv === 0) return { shape: -1, correlation: 0, ...measured }
  if (best.correlation >= SAME_SHAPE) {
    cutBeat(leads, at + best.shift * grid.step, grid, cut)
    follow(shapes[best.shape]!, cut)
    return { shape: best.shape, correlation: best.correlation, ...measured }
  }
  // Cut off by an end of the recording, a beat looks strange whatever it is.
  if (!isWhole(at, leads[0]!.length, grid)) return { shape: -1, correlation: 0, sizeMv: 0, spreadMs: 0 }
  if (shapes.length >= MAX_SHAPES) return { shape: -1, correlation: Math.max(0, best.correlation), ...measured }
  cutBeat(leads, at, grid, cut)
  shapes.push({ mean: cut.slice(), count: 1, likeDominant: 0 })
  return { shape: shapes.length - 1, correlation: 1, ...measured }
}

function follow(shape: Shape, cut: Float64Array): void {
  shape.count++
  const weight = 1 / Math.min(shape.count, MOST_WEIGHT)
  const { mean } = shape
  let norm = 0
  for (let i = 0; i < mean.length; i++) {
    mean[i]! += weight * (cut[i]! - mean[i]!)
    norm += mean[i]! ** 2
  }
  const scale = 1 / Math.sqrt(norm)
  for (let i = 0; i < mean.length; i++) mean[i]! *= scale
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

/** Best correlation of two means over shifts up to 40 ms. */
function likeness(a: Float64Array, b: Float64Array, width: number): number {
  let best = -1
  for (let shift = -5; shift <= 5; shift++) {
    let sum = 0
    let aa = 0
    let bb = 0
    for (let from = 0; from < a.length; from += width) {
      for (let i = Math.max(0, -shift); i < Math.min(width, width - shift); i++) {
        const x = a[from + i]!
        const y = b[from + i + shift]!
        sum += x * y
        aa += x * x
        bb += y * y
      }
    }
    if (aa > 0 && bb > 0) best = Math.max(best, sum / Math.sqrt(aa * bb))
  }
  return best
}
