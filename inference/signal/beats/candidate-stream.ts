import { type DetectorName, leadFeature, workingGrid } from './lead-feature.ts'
import { middleOf } from './middle-of.ts'

/** Blocks (seconds) to each side over which the level of a lead is learned. */
const LEARN_BLOCKS = 5
/**
 * A lead's level is this quantile of those block maxima that hold a complex, which are the ones above a part (of power)
 * of a high one: low, because in bigeminy the small beats must be seen beside the large.
 */
const LEVEL_QUANTILE = 0.3
const HIGH_QUANTILE = 0.8
const HOLDS_COMPLEX = 0.04
/** How much a lead whose complexes stand out counts more than one in which they drown. */
const STANDING_OUT_POWER = 2
/** Under this wavelet amplitude, mV, a lead holds no complexes. */
const LEAST_LEVEL_MV = 0.002
/** Peaks closer together than this are one complex. */
const SAME_COMPLEX_S = 0.16
/** Half window of the centre of energy. */
const CENTRE_S = 0.06
/** Peaks lower than this part of the local level are none. */
const LEAST_HEIGHT = 0.04

/** A place where there may be a QRS complex. */
export interface Candidate {
  /** Centre of energy in input samples, with fraction. */
  at: number
  /** Amplitude in parts of the local level, which is 1. */
  height: number
  /** Whether all leads lost samples between the candidate before and this one. */
  afterGap: boolean
}

export interface CandidateStream {
  /** @param chunk chunk[i]: Float64Array of lead i, mV, same length each; NaN where a sample is missing */
  push(chunk: readonly Float64Array[]): Candidate[]
  flush(): Candidate[]
  /** Time in seconds up to which no further candidate will come. */
  knownToS(): number
}

interface LeadState {
  /** Working signal of three blocks; the newest is being filled. Offsets are taken off at the start and after gaps. */
  signal: Float64Array
  sum: number
  held: number
  offset: number
  missing: boolean
  valid: number
  /** Feature of the blocks that wait for their level, as a ring. */
  features: Float64Array[]
  maxima: Float64Array
  means: Float64Array
}

/**
 * Candidates for QRS complexes from all leads together, in bounded memory (some 13 s). Each lead's feature is divided by
 * its own local level and weighted by how far its complexes stand out of it, so that neither gain nor number of leads
 * matter and a noisy lead is outvoted. A lead without samples keeps still; what follows a gap is set on where it stopped.
 */
export function createCandidateStream({
  rateHz,
  leads,
  detector
}: {
  rateHz: number
  leads: number
  detector: DetectorName
}): CandidateStream {
  const grid = workingGrid(rateHz)
  const { factor, workingHz, block } = grid
  const feature = leadFeature(detector, grid)
  const ring = 2 * LEARN_BLOCKS + 2
  // One large array, which a collector follows better than one a block and lead.
  const held = new Float64Array(leads * (ring + 3) * block)
  const heldBlocks = (lead: number, from: number, blocks: number): Float64Array =>
    held.subarray((lead * (ring + 3) + from) * block, (lead * (ring + 3) + from + blocks) * block)
  const states: LeadState[] = Array.from({ length: leads }, (_, lead) => ({
    signal: heldBlocks(lead, ring, 3),
    sum: 0,
    held: 0,
    offset: 0,
    missing: true,
    valid: 0,
    features: Array.from({ length: ring }, (_, slot) => heldBlocks(lead, slot, 1)),
    maxima: new Float64Array(ring).fill(Number.NaN),
    means: new Float64Array(ring).fill(Number.NaN)
  }))
  const leastPower = LEAST_LEVEL_MV ** 2
  const power = new Float64Array(3 * block)
  const levels = new Float64Array(ring)
  const weights = new Float64Array(leads)
  /** 1 where any lead had samples, of each working sample of the block being filled. */
  const present = new Uint8Array(block)
  const gapEnds: number[] = []
  const sameComplex = Math.max(2, Math.round(SAME_COMPLEX_S * workingHz))
  const centre = Math.max(1, Math.round(CENTRE_S * workingHz))
  let inGroup = 0
  let filled = 0
  /** Blocks whose samples are complete, whose feature is, whose power is. */
  let read = 0
  let combined = 0
  let featured = 0
  let lastCandidate = Number.NEGATIVE_INFINITY
  let lastBlockSamples = block
  let ended = false

  function push(chunk: readonly Float64Array[]): Candidate[] {
    const found: Candidate[] = []
    const length = chunk[0]?.length ?? 0
    let from = 0
    while (from < length) {
      const take = Math.min(length - from, (block - filled) * factor - inGroup)
      for (let l = 0; l < leads; l++) takeIn(states[l]!, chunk[l]!, from, from + take)
      const total = inGroup + take
      filled += Math.floor(total / factor)
      inGroup = total % factor
      from += take
      if (filled === block) closeBlock(found)
    }
    return found
  }

  /** Averages input samples into working samples. */
  function takeIn(state: LeadState, samples: Float64Array, from: number, to: number): void {
    const { signal } = state
    let { sum, held, offset, missing, valid } = state
    let at = filled
    let left = factor - inGroup
    let i = from
    while (i < to) {
      const stop = Math.min(to, i + left)
      left -= stop - i
      while (i < stop) sum += samples[i++]!
      if (left > 0) break
      const value = sum / factor
      // false for NaN and both infinities
      if (value - value === 0) {
        if (missing) offset = held - value
        missing = false
        held = value + offset
        valid++
        present[at] = 1
      } else {
        missing = true
      }
      signal[2 * block + at++] = held
      sum = 0
      left = factor
    }
    state.sum = sum
    state.held = held
    state.offset = offset
    state.missing = missing
    state.valid = valid
  }

  function closeBlock(found: Candidate[]): void {
    // A lead that has all of its samples settles it for all.
    if (!states.some(({ valid }) => valid === block)) {
      for (let i = 0; i < samplesOfBlock(); i++) if (present[i] === 0) noteGap(read * block + i)
    }
    present.fill(0)
    // The feature of a block needs the samples of the one after it.
    if (read > 0) closeFeature(found)
    for (const state of states) {
      state.maxima[read % ring] = state.valid * 2 >= block ? 0 : Number.NaN
      state.valid = 0
      state.signal.copyWithin(0, block)
    }
    read++
    filled = 0
  }

  const samplesOfBlock = (): number => (ended ? lastBlockSamples : block)

  function noteGap(sample: number): void {
    if (gapEnds.length > 0 && gapEnds.at(-1) === sample - 1) gapEnds[gapEnds.length - 1] = sample
    else gapEnds.push(sample)
  }

  function closeFeature(found: Candidate[]): void {
    const slot = featured % ring
    for (const state of states) {
      const out = state.features[slot]!
      feature(state.signal, out)
      let max = 0
      let sum = 0
      for (let i = 0; i < block; i++) {
        const value = out[i]!
        sum += value
        if (value > max) max = value
      }
      if (!Number.isNaN(state.maxima[slot]!)) state.maxima[slot] = max
      state.means[slot] = sum / block
    }
    featured++
    if (featured - combined > LEARN_BLOCKS) combine(found)
  }

  /** Level and weight of each lead at the block, and the weighted power of all of them. */
  function combine(found: Candidate[]): void {
    const b = combined
    let total = 0
    for (let l = 0; l < leads; l++) {
      const state = states[l]!
      const level = levelAround(state.maxima, b)
      const mean = medianAround(state.means, b)
      const out = level > leastPower && mean > 0 ? (level / mean) ** STANDING_OUT_POWER : 0
      weights[l] = out === 0 ? 0 : out / level
      total += out
    }
    power.copyWithin(0, block)
    power.fill(0, 2 * block)
    if (total > 0) {
      for (let l = 0; l < leads; l++) {
        const weight = weights[l]! / total
        if (weight === 0) continue
        const values = states[l]!.features[b % ring]!
        for (let i = 0; i < block; i++) power[2 * block + i]! += weight * values[i]!
      }
    }
    combined++
    if (combined > 1) findPeaks(found)
  }

  /** Sorted into `levels`: the values of the blocks around b that had samples. */
  function gatherAround(values: Float64Array, b: number): number {
    let n = 0
    for (let k = Math.max(0, b - LEARN_BLOCKS); k <= Math.min(featured - 1, b + LEARN_BLOCKS); k++) {
      const value = values[k % ring]!
      if (!Number.isNaN(value)) levels[n++] = value
    }
    middleOf(levels, n)
    return n
  }

  function medianAround(values: Float64Array, b: number): number {
    const n = gatherAround(values, b)
    return n === 0 ? 0 : levels[n >> 1]!
  }

  function levelAround(maxima: Float64Array, b: number): number {
    const n = gatherAround(maxima, b)
    if (n === 0) return 0
    const least = HOLDS_COMPLEX * levels[Math.round(HIGH_QUANTILE * (n - 1))]!
    let k = 0
    while (levels[k]! < least) k++
    return levels[Math.floor(k + LEVEL_QUANTILE * (n - 1 - k))]!
  }

  /** Peaks of the block before the newest. */
  function findPeaks(found: Candidate[]): void {
    const first = (combined - 2) * block
    const least = LEAST_HEIGHT ** 2
    for (let i = block; i < 2 * block; i++) {
      const value = power[i]!
      if (value < least || value <= power[i - 1]! || value < power[i + 1]!) continue
      let highest = true
      for (let k = 1; k <= sameComplex && highest; k++) {
        highest = power[i - k]! < value && power[i + k]! <= value
      }
      if (!highest) continue
      let sum = 0
      let moment = 0
      for (let k = -centre; k <= centre; k++) {
        sum += power[i + k]!
        moment += k * power[i + k]!
      }
      const working = first + (i - block) + moment / sum
      let afterGap = false
      while (gapEnds.length > 0 && gapEnds[0]! < working) {
        afterGap = gapEnds.shift()! > lastCandidate
      }
      lastCandidate = working
      found.push({ at: working * factor + (factor - 1) / 2, height: Math.sqrt(value), afterGap })
    }
  }

  function flush(): Candidate[] {
    const found: Candidate[] = []
    if (ended) return found
    ended = true
    const end = read * block + filled
    lastBlockSamples = filled
    for (const state of states) state.signal.fill(state.held, 2 * block + filled)
    closeBlock(found)
    // one block more to look past the end
    lastBlockSamples = 0
    for (const state of states) state.signal.fill(state.held, 2 * block)
    closeBlock(found)
    while (combined < featured) combine(found)
    combineNothing(found)
    return found.filter(({ at }) => at <= end * factor)
  }

  function combineNothing(found: Candidate[]): void {
    power.copyWithin(0, block)
    power.fill(0, 2 * block)
    combined++
    findPeaks(found)
  }

  const knownToS = (): number =>
    ended ? Number.POSITIVE_INFINITY : (Math.max(0, combined - 1) * block - 2 * centre) / workingHz

  return { push, flush, knownToS }
}
