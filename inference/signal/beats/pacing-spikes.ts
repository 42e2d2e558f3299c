/** Half the width of a stimulus, and of the surroundings in which it stands alone. */
const NARROW_S = 0.004
const WIDE_S = 0.012
/** Least height above the line between both sides, mV. */
const LEAST_MV = 0.2
/** How far the signal may go, in parts of the height, from 12 to 4 ms before it and from 4 to 12 ms after it. */
const STILL_BEFORE = 0.25
const STILL_AFTER = 0.5
/** Leads that must show it (of fewer leads: all). */
const LEADS = 3
const LEAST_RATE_HZ = 500
/** Spikes nearer than this are one. */
const APART_S = 0.02
/** Fewer than these in a recording are artefacts. */
const LEAST_SPIKES = 3
/** More than this a second are noise: two chambers at 150/min. */
const MOST_PER_S = 5

/**
 * Stimuli of a pacemaker: deflections of a few milliseconds that stand out from the line between the samples 4 ms to
 * either side while the signal is still before and after, in three leads at once (the slopes up and down lie within the width
 * of a stimulus, as in Herleikson, US patent 5,951,483, 1999).
 *
 * In LUDB 1-150 and PTB-XL folds 1-8 seven of ten paced records show it (bipolar and biventricular stimuli are too small),
 * and 4 of 493 others, whose QRS is very narrow. Seen only at 500 Hz or more, and only where the device did not filter them away; none found says nothing.
 *
 * @param leads Float64Array each, mV
 * @returns sample numbers, rising; empty below 500 Hz
 */
export function pacingSpikes(leads: readonly Float64Array[], rateHz: number): number[] {
  if (rateHz < LEAST_RATE_HZ || leads.length === 0) return []
  const narrow = Math.round(NARROW_S * rateHz)
  const wide = Math.round(WIDE_S * rateHz)
  const apart = APART_S * rateHz
  const wanted = Math.min(LEADS, leads.length)
  const length = leads[0]!.length
  const shown = new Uint8Array(length)
  for (const lead of leads) countSpikes(lead, { narrow, wide, wanted, shown })
  const spikes: number[] = []
  for (let i = wide; i < length - wide; i++) {
    if (shown[i]! >= wanted && i - (spikes.at(-1) ?? Number.NEGATIVE_INFINITY) > apart) spikes.push(i)
  }
  const isLikely = spikes.length >= LEAST_SPIKES && spikes.length <= (MOST_PER_S * length) / rateHz
  return isLikely ? spikes : []
}

/** Counts up, to `wanted` at most, where this lead shows a spike. */
function countSpikes(
  lead: Float64Array,
  { narrow, wide, wanted, shown }: { narrow: number; wide: number; wanted: number; shown: Uint8Array }
): void {
  for (let i = wide; i < shown.length - wide; i++) {
    const height = Math.abs(lead[i]! - (lead[i - narrow]! + lead[i + narrow]!) / 2)
    if (height < LEAST_MV || Number.isNaN(height) || shown[i]! >= wanted) continue
    const before = Math.abs(lead[i - narrow]! - lead[i - wide]!)
    const after = Math.abs(lead[i + narrow]! - lead[i + wide]!)
    if (before <= STILL_BEFORE * height && after <= STILL_AFTER * height) shown[i]!++
  }
}
