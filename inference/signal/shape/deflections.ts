import type { Segment } from './segment-area.ts'
import { valueAt } from './value-at.ts'

/** A piece of a lead that lies on one side of the zero line. */
export interface Deflection extends Segment {
  /** Where it is farthest from the line, between samples by a parabola. */
  peak: number
  /** Signed distance from the line there, mV. */
  amplitude: number
}

/** Below these a deflection is not a wave: IEC 60601-2-25:2011 and CSE 1985 (6 ms, 20 uV). */
export interface DeflectionLimits {
  minMs: number
  minMv: number
}

export const WAVE_LIMITS: DeflectionLimits = Object.freeze({ minMs: 6, minMv: 0.02 })

/**
 * Deflections of a piece of a lead about a zero line, cut at the crossings of the line, in order. What is smaller than the
 * limits is left out, and neighbours that then lie on the same side are one deflection (CSE Working Party 1985).
 *
 * @param samples Float64Array in mV
 * @param level the zero line, mV
 * @example deflections(Float64Array.of(0, 1, 0, -1, 0), { from: 0, to: 4 }, { level: 0, rateHz: 250 })
 *   // [{ from: 0, to: 2, peak: 1, amplitude: 1 }, { from: 2, to: 4, peak: 3, amplitude: -1 }]
 */
export function deflections(
  samples: Float64Array,
  segment: Segment,
  { level, rateHz, limits = WAVE_LIMITS }: { level: number; rateHz: number; limits?: DeflectionLimits }
): Deflection[] {
  const minSamples = (limits.minMs * rateHz) / 1000
  const found: Deflection[] = []
  for (const piece of oneSided(samples, segment, level)) {
    const { peak, amplitude } = extreme(samples, piece, level)
    if (piece.to - piece.from < minSamples || !(Math.abs(amplitude) >= limits.minMv)) continue
    const last = found.at(-1)
    if (last && Math.sign(last.amplitude) === Math.sign(amplitude)) {
      last.to = piece.to
      if (Math.abs(amplitude) > Math.abs(last.amplitude)) Object.assign(last, { peak, amplitude })
    } else found.push({ ...piece, peak, amplitude })
  }
  return found
}

/** The piece cut wherever it crosses the line. */
function oneSided(samples: Float64Array, { from, to }: Segment, level: number): Segment[] {
  const pieces: Segment[] = []
  let start = from
  let side = 0
  let before = valueAt(samples, from) - level
  let beforeAt = from
  const step = (at: number) => {
    const value = valueAt(samples, at) - level
    if (side === 0) side = Math.sign(before) || Math.sign(value)
    if (value !== 0 && side !== 0 && Math.sign(value) !== side) {
      const crossing = before === value ? at : beforeAt + ((at - beforeAt) * before) / (before - value)
      pieces.push({ from: start, to: crossing })
      start = crossing
      side = Math.sign(value)
    }
    before = value
    beforeAt = at
  }
  for (let i = Math.floor(from) + 1; i < to; i++) step(i)
  if (to > from) step(to)
  pieces.push({ from: start, to })
  return pieces
}

/** Farthest sample from the line within the piece, refined by the parabola through it and its neighbours. */
function extreme(samples: Float64Array, { from, to }: Segment, level: number): { peak: number; amplitude: number } {
  let peak = -1
  let most = 0
  for (let i = Math.ceil(from); i <= to && i < samples.length; i++) {
    const size = Math.abs(samples[i]! - level)
    if (size > most) {
      most = size
      peak = i
    }
  }
  if (peak < 0) return { peak: from, amplitude: 0 }
  return vertex(samples, peak, level)
}

/** Parabola through three samples around an extreme; the sample itself at the edges and on a plateau. */
export function vertex(samples: Float64Array, at: number, level = 0): { peak: number; amplitude: number } {
  const [a, b, c] = [samples[at - 1], samples[at]!, samples[at + 1]]
  if (a === undefined || c === undefined) return { peak: at, amplitude: b - level }
  const bend = a - 2 * b + c
  // Not an extreme of its neighbours (the piece ends on a flank), or flat.
  if (bend === 0 || (b - a) * (c - b) > 0) return { peak: at, amplitude: b - level }
  const shift = (a - c) / (2 * bend)
  return { peak: at + shift, amplitude: b - ((a - c) * shift) / 4 - level }
}
