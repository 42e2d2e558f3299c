import type { MedianBeat } from '../signal/delineation.ts'
import { cubicAt } from '../signal/shape/cubic-at.ts'

/** A part of the beat that a person's usual one can stand in for. P is all before QRS: its timing, the PR interval, goes with it. */
export const USUAL_SEGMENTS = ['p', 'qrs', 'st', 't'] as const
export type UsualSegment = (typeof USUAL_SEGMENTS)[number]

/** A median beat whose time counts from QRS onset, in seconds, so that two of different rates lie on each other. */
export interface TimedBeat {
  /** mV over the PR level; held beyond the ends. */
  at(seconds: number): number
  /** First and last time that the beat knows. */
  from: number
  to: number
  /** Onset and offset of each part; absent where the beat does not show both. ST goes with a whole T. */
  limits: Partial<Record<UsualSegment, readonly [from: number, to: number]>>
}

/** @returns undefined where the lead shows no QRS with both edges */
export function timedBeat({ samples, rateHz, leads }: MedianBeat, lead = 0): TimedBeat | undefined {
  const trace = samples[lead]
  const { p, qrs, t } = leads[lead] ?? {}
  const start = qrs?.onset
  if (!trace || start === undefined || qrs?.offset === undefined) return undefined
  const seconds = (at: number | undefined): number | undefined => (at === undefined ? undefined : (at - start) / rateHz)
  const between = (name: UsualSegment, from: number | undefined, to: number | undefined) =>
    from !== undefined && to !== undefined && to > from ? { [name]: [from, to] as const } : {}
  const j = seconds(qrs.offset)
  return {
    at: (time) => cubicAt(trace, start + time * rateHz),
    from: -start / rateHz,
    to: (trace.length - 1 - start) / rateHz,
    limits: {
      ...between('p', seconds(p?.onset), 0),
      ...between('qrs', 0, j),
      ...(t?.offset === undefined ? {} : between('st', j, seconds(t.onset))),
      ...between('t', seconds(t?.onset), seconds(t?.offset))
    }
  }
}
