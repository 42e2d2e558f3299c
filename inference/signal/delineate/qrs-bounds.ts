import { QRS } from './parameters.ts'
import type { LeadView } from './prepare.ts'

/** Half-open search window around a beat's fiducial and edges found in it, samples at WORK_HZ. */
export interface Edges {
  onset: number
  offset: number
}

/**
 * QRS of one beat over all leads: where the spatial velocity (root of the summed squared slopes, mV/s) leaves and regains
 * rest. The rule by slope is that of Laguna et al. 1994 (Comput Biomed Res 27:45), here on all leads at once.
 *
 * @param velocity spatial velocity of the recording; `rest` its resting level
 */
export function qrsOfAllLeads(
  velocity: Float64Array,
  { fiducial, rest, from, to }: { fiducial: number; rest: number; from: number; to: number }
): Edges | undefined {
  const lower = Math.max(from, fiducial - QRS.before)
  const upper = Math.min(to, fiducial + QRS.after)
  if (upper - lower < 2 * QRS.quiet) return undefined
  const peak = steepest(velocity, lower, upper)
  const top = velocity[peak]!
  if (top <= 0) return undefined
  const level = edgeLevel(QRS.allLeadsEdge * top, { top, rest })
  const sure = QRS.sureAllLeads * top
  return {
    onset: outermost(velocity, peak, { level, sure, limit: lower, step: -1 }),
    offset: outermost(velocity, peak, { level, sure, limit: upper, step: 1 })
  }
}

/**
 * Outwards from the steepest point to rest, and on over a pause if sure slope follows within `pause`: a notch may lie still for
 * a moment, but P is parted from QRS by more.
 */
function outermost(
  velocity: Float64Array,
  peak: number,
  { level, sure, limit, step }: { level: number; sure: number; limit: number; step: 1 | -1 }
): number {
  let edge = quietFrom(velocity, peak, { level, limit, step })
  for (;;) {
    const end = step > 0 ? Math.min(limit, edge + QRS.pause) : Math.max(limit, edge - QRS.pause)
    const next = sureFrom(velocity, edge, { sure, limit: end, step })
    if (next === end) return edge
    const further = quietFrom(velocity, next, { level, limit, step })
    if ((further - edge) * step <= 0) return edge
    edge = further
  }
}

/** QRS of one beat in one lead, near what all leads show. */
export function qrsOfLead(view: LeadView, rest: number, all: Edges): (Edges & { peak: number }) | undefined {
  const { slope } = view
  const size = slope.length
  const lower = Math.max(0, all.onset - QRS.beyond)
  const upper = Math.min(size - 1, all.offset + QRS.beyond)
  const top = Math.abs(slope[steepest(slope, lower, upper)]!)
  if (top <= 0) return undefined
  const sure = QRS.sure * top
  const first = sureFrom(slope, lower, { sure, limit: upper, step: 1 })
  const last = sureFrom(slope, upper, { sure, limit: first, step: -1 })
  const onset = quietFrom(slope, first, {
    level: edgeLevel(QRS.onsetEdge * top, { top, rest }),
    limit: lower,
    step: -1
  })
  const offset = quietFrom(slope, last, {
    level: edgeLevel(QRS.offsetEdge * top, { top, rest }),
    limit: upper,
    step: 1
  })
  return { onset, offset, peak: mainPeak(view.fast, onset, offset) }
}

/** A slope that rest alone does not reach; in a lead too noisy for that, a quarter of the steepest. */
const edgeLevel = (wanted: number, { top, rest }: { top: number; rest: number }): number =>
  Math.max(wanted, Math.min(QRS.aboveRest * rest, 0.25 * top))

/** The sample of the largest |value| in [from, to]. */
function steepest(values: Float64Array, from: number, to: number): number {
  let best = from
  for (let i = from; i <= to && i < values.length; i++) if (Math.abs(values[i]!) > Math.abs(values[best]!)) best = i
  return best
}

/** From `start` on in direction `step`, the first sample where |value| reaches `sure`; `limit` at the latest. */
function sureFrom(
  values: Float64Array,
  start: number,
  { sure, limit, step }: { sure: number; limit: number; step: 1 | -1 }
): number {
  let i = start
  while ((limit - i) * step > 0 && Math.abs(values[i]!) < sure) i += step
  return i
}

/** From `start` on in direction `step`: where |value| has fallen under `level` and stays there; else where it is least. */
function quietFrom(
  values: Float64Array,
  start: number,
  { level, limit, step }: { level: number; limit: number; step: 1 | -1 }
): number {
  let least = start
  let quiet = 0
  for (let i = start; (limit - i) * step >= 0; i += step) {
    const height = Math.abs(values[i]!)
    if (height < Math.abs(values[least]!)) least = i
    quiet = height < level ? quiet + 1 : 0
    if (quiet >= QRS.quiet) return i - step * (QRS.quiet - 1)
  }
  return least
}

/** A positive deflection that is this part of the deepest negative one is R (aVR and V1 often have only a small one). */
const SMALLEST_R = 0.1

/** The R peak: the highest point above the straight line between the edges; without R the lowest (QS). */
function mainPeak(values: Float64Array, onset: number, offset: number): number {
  const height = (i: number): number =>
    values[i]! - values[onset]! - ((values[offset]! - values[onset]!) * (i - onset)) / Math.max(1, offset - onset)
  let highest = onset
  let lowest = onset
  for (let i = onset; i <= offset; i++) {
    if (height(i) > height(highest)) highest = i
    if (height(i) < height(lowest)) lowest = i
  }
  return height(highest) > -SMALLEST_R * height(lowest) ? highest : lowest
}
