import type { TimedBeat, UsualSegment } from './timed-beat.ts'

/** Half of the passage from one beat into the other, at the start and at the end of the piece, seconds. */
const PASSAGE_S = { qrs: [0.004, 0.008], st: [0.008, 0.016], t: [0.016, 0.016] } as const
/** P is blended in over this much around 8 ms before it begins. */
const P_PASSAGE_S = 0.012
const BEFORE_P_S = 0.008
/** So far before its P the usual beat counts; what lies further back may be the T before. */
const USUAL_FROM_S = 0.02
/** Both ends of the whole fade over this. */
const ENDS_S = 0.02
/** Behind the later of two T ends both beats are at rest: the passage lies there. */
const BEHIND_T_S = 0.032
/** What moves may end so much later than both beats do. */
const ROOM_S = 0.12

/**
 * A beat with one segment exchanged for that of another, the joins blended; the beat itself where it is exchanged with itself. The
 * result can be exchanged further.
 *
 * - P: everything before QRS onset, timing included.
 * - QRS: with its own duration, and what follows moves along: a QRS made narrow again brings its T with it.
 * - ST and T: as they lie behind the J point, so that T begins when it usually does. T onset is the mark that is worst to set, and
 *   of a tall narrow T the worst; the two change over at the earlier of both.
 *
 * @returns undefined where the usual beat does not show the segment, or the present one does not (P may be missing there: a P that
 *   is flat or gone is the change that is looked for); `from`, `to` bound where it differs
 */
export function exchangedSegment(segment: UsualSegment, present: TimedBeat, usual: TimedBeat): TimedBeat | undefined {
  const replaced = replacement(segment, present, usual)
  if (!replaced) return undefined
  const { share, value } = replaced
  const [from, to] = [Math.min(present.from, usual.from), Math.max(present.to, usual.to) + ROOM_S]
  const at = (time: number): number => {
    const weight = share(time) * clamp((time - from) / ENDS_S) * clamp((to - time) / ENDS_S)
    return weight > 0 ? present.at(time) + weight * (value(time) - present.at(time)) : present.at(time)
  }
  return { at, from, to, limits: { ...present.limits, ...limitsOf(segment, present.limits, usual.limits) } }
}

/** Where the parts lie that the exchange has put elsewhere. */
function limitsOf(segment: UsualSegment, now: TimedBeat['limits'], usual: TimedBeat['limits']): TimedBeat['limits'] {
  if (segment === 'p') return { p: usual.p! }
  const behindJ = (part: 'st' | 't', of: TimedBeat['limits'], j: number): TimedBeat['limits'] => {
    const [span, ownJ] = [of[part], of.qrs![1]]
    return span ? { [part]: [span[0] - ownJ + j, span[1] - ownJ + j] } : {}
  }
  const [j, usualJ] = [now.qrs![1], usual.qrs![1]]
  return segment === 'qrs'
    ? { qrs: usual.qrs!, ...behindJ('st', now, usualJ), ...behindJ('t', now, usualJ) }
    : behindJ(segment, usual, j)
}

type OfTime = (time: number) => number

/** What takes the beat's place, and by how much at which time. */
function replacement(
  segment: UsualSegment,
  present: TimedBeat,
  usual: TimedBeat
): { share: OfTime; value: OfTime } | undefined {
  const [own, now] = [usual.limits[segment], present.limits[segment]]
  if (!own || !(now ?? segment === 'p')) return undefined
  if (segment === 'p') {
    const start = Math.min(own[0], now?.[0] ?? 0) - BEFORE_P_S
    return {
      share: (time) => (time < 0 ? passage(time, start, P_PASSAGE_S) : 0),
      value: (time) => usual.at(Math.max(time, own[0] - USUAL_FROM_S))
    }
  }
  const [j, usualJ] = [present.limits.qrs?.[1], usual.limits.qrs?.[1]]
  if (j === undefined || usualJ === undefined) return undefined
  const [into, outOf] = PASSAGE_S[segment]
  if (segment === 'qrs') {
    const value = (time: number): number => {
      const behind = passage(time, usualJ, outOf)
      return (1 - behind) * usual.at(time) + behind * present.at(time - usualJ + j)
    }
    return { share: (time) => passage(time, 0, into), value }
  }
  const onset = Math.min(present.limits.t![0] - j, usual.limits.t![0] - usualJ)
  const offset = Math.max(present.limits.t![1] - j, usual.limits.t![1] - usualJ)
  const [start, end] = segment === 'st' ? [0, onset] : [onset, offset + BEHIND_T_S]
  return {
    share: (time) => passage(time, j + start, into) * (1 - passage(time, j + end, outOf)),
    value: (time) => usual.at(time - j + usualJ)
  }
}

const clamp = (value: number): number => Math.min(1, Math.max(0, value))

/** 0 before, 1 after, straight over `half` to both sides of `at`. */
const passage = (time: number, at: number, half: number): number => clamp((time - at + half) / (2 * half))
