import type { WaveName } from '../../../signal/delineation.ts'
import { CLASSES, type ClassProbabilities } from './probabilities.ts'
import { NETWORK_HZ } from './windows.ts'

/** A stretch in which one wave wins; positions in samples of 250 Hz, with fractions. */
export interface Run {
  onset: number
  offset: number
  /** Mean probability of the wave over the stretch. */
  confidence: number
}

const MS = NETWORK_HZ / 1000
/** Stretches of one wave that are closer than this are one wave. */
const JOIN = Math.round(24 * MS)
/** Shorter stretches are no wave. */
const LEAST: Record<WaveName, number> = { p: 24 * MS, qrs: 24 * MS, t: 40 * MS }

/**
 * The stretches of one wave. An edge lies where its probability crosses that of the best other class, on a straight line
 * between two samples.
 */
export function runsOf(answer: ClassProbabilities, wave: WaveName): Run[] {
  const own = answer[wave]
  const others = CLASSES.filter((name) => name !== wave).map((name) => answer[name])
  const [first, second, third] = others as [Float32Array, Float32Array, Float32Array]
  const margin = (i: number): number => own[i]! - Math.max(first[i]!, second[i]!, third[i]!)
  const found: { from: number; to: number }[] = []
  for (let i = 0; i < own.length; i++) {
    if (own[i]! < 0.25 || margin(i) <= 0) continue
    const last = found.at(-1)
    if (last && i - last.to <= JOIN) last.to = i
    else found.push({ from: i, to: i })
  }
  return found
    .filter(({ from, to }) => to - from + 1 >= LEAST[wave])
    .map(({ from, to }) => ({
      onset: from > 0 ? from - share(margin(from), -margin(from - 1)) : from,
      offset: to < own.length - 1 ? to + share(margin(to), -margin(to + 1)) : to,
      confidence: own.subarray(from, to + 1).reduce((sum, p) => sum + p, 0) / (to - from + 1)
    }))
}

/** Where, between two samples, a margin of `inside` falls to one of minus `outside`; 0 to 1. */
const share = (inside: number, outside: number): number => (inside + outside > 0 ? inside / (inside + outside) : 0)
