/** What of a beat is compared: from so long before its fiducial to so long after. */
const BEFORE_S = 0.12
const AFTER_S = 0.16
/** Samples of the compared window, a second. */
const COMPARE_HZ = 125

export interface CutGrid {
  /** Input samples from one compared sample to the next. */
  step: number
  /** Compared samples before the fiducial, and in all. */
  before: number
  width: number
}

export function cutGrid(rateHz: number): CutGrid {
  const before = Math.round(BEFORE_S * COMPARE_HZ)
  return { step: rateHz / COMPARE_HZ, before, width: before + Math.round(AFTER_S * COMPARE_HZ) + 1 }
}

/** Does the recording hold the whole window? */
export const isWhole = (centre: number, length: number, { step, before, width }: CutGrid): boolean =>
  centre - before * step >= 0 && centre + (width - 1 - before) * step <= length - 1

/**
 * The window of a beat in all leads, one after the other: each lead without its mean, all together of length 1. A lead
 * that lost a sample in it is zero there.
 *
 * @param out Float64Array of leads x grid.width, overwritten
 * @returns its size (root mean square, mV) and the spread of its slope's energy in time (standard deviation, ms);
 * undefined where no lead has anything
 */
export function cutBeat(
  leads: readonly Float64Array[],
  centre: number,
  { step, before, width }: CutGrid,
  out: Float64Array
): { sizeMv: number; spreadMs: number } | undefined {
  let norm = 0
  let total = 0
  let first = 0
  let second = 0
  for (let l = 0; l < leads.length; l++) {
    const lead = leads[l]!
    const from = l * width
    let mean = 0
    for (let i = 0; i < width; i++) {
      const value = valueAt(lead, centre + (i - before) * step)
      out[from + i] = value
      mean += value / width
    }
    if (!Number.isFinite(mean)) {
      out.fill(0, from, from + width)
      continue
    }
    for (let i = 0; i < width; i++) {
      out[from + i]! -= mean
      norm += out[from + i]! ** 2
      if (i === 0) continue
      const energy = (out[from + i]! - out[from + i - 1]!) ** 2
      total += energy
      first += i * energy
      second += i * i * energy
    }
  }
  if (!(norm > 0) || !(total > 0)) return undefined
  const scale = 1 / Math.sqrt(norm)
  for (let i = 0; i < out.length; i++) out[i]! *= scale
  return {
    sizeMv: Math.sqrt(norm / out.length),
    spreadMs: (1000 / COMPARE_HZ) * Math.sqrt(Math.max(0, second / total - (first / total) ** 2))
  }
}

/** Linear between samples; the ends are prolonged. */
function valueAt(lead: Float64Array, position: number): number {
  if (position <= 0) return lead[0]!
  const index = Math.floor(position)
  if (index >= lead.length - 1) return lead[lead.length - 1]!
  const part = position - index
  return part === 0 ? lead[index]! : lead[index]! * (1 - part) + lead[index + 1]! * part
}
