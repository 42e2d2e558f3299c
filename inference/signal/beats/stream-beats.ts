import { type Candidate, createCandidateStream } from './candidate-stream.ts'
import { createBeatDecision } from './decide-beats.ts'
import type { DetectorName } from './lead-feature.ts'

export interface StreamedBeat {
  /** Fiducial: sample number from the first sample pushed. */
  at: number
  /** All leads lost samples since the beat before: there is no RR to it. */
  afterGap: boolean
}

export interface BeatStream {
  /**
   * @param chunk chunk[i]: Float64Array of lead i, mV, all of the same length; a missing sample is NaN
   * @returns beats that are settled by now, rising
   */
  push(chunk: readonly Float64Array[]): StreamedBeat[]
  /** The rest; afterwards the stream is spent. */
  flush(): StreamedBeat[]
}

/** How many samples go through at a time; keeps memory of large chunks bounded. */
const PIECE_S = 4

/**
 * QRS complexes of a recording that comes piece by piece, in memory of some twenty seconds whatever its length. The
 * beats do not depend on how the recording was cut. They come up to about 20 s late, because level, noise and rate are
 * learned from both sides of a beat.
 *
 * The fiducial is the centre of QRS energy over all leads, so it is the same for another gain, offset, polarity or order
 * of leads. NaN is a gap: nothing is found in it, and no rate or pause is thought across it.
 *
 * Deviations from Pan and Tompkins (IEEE Trans Biomed Eng 1985;32:230) and from Zong et al. (Comput Cardiol 2003;30:737)
 * are said at `leadFeature` and `createBeatDecision`.
 *
 * @param options rateHz at least 80; leads: how many there are in each chunk
 * @example const s = createBeatStream({ rateHz: 250, leads: 1 }); [...s.push([signal]), ...s.flush()] // [ { at: 131, afterGap: false }, ... ]
 */
export function createBeatStream({
  rateHz,
  leads,
  detector = 'energy'
}: {
  rateHz: number
  leads: number
  detector?: DetectorName
}): BeatStream {
  const candidates = createCandidateStream({ rateHz, leads, detector })
  const decision = createBeatDecision(rateHz)
  const piece = Math.max(1, Math.round(PIECE_S * rateHz))
  return {
    push(chunk) {
      const beats: StreamedBeat[] = []
      const length = chunk[0]?.length ?? 0
      for (let from = 0; from < length; from += piece) {
        const part = length <= piece ? chunk : chunk.map((lead) => lead.subarray(from, from + piece))
        const found = candidates.push(part)
        for (const beat of decision.push(found, candidates.knownToS())) beats.push(streamed(beat))
      }
      return beats
    },
    flush() {
      const found = candidates.flush()
      const rest = [...decision.push(found, candidates.knownToS()), ...decision.flush()]
      return rest.map(streamed)
    }
  }
}

const streamed = ({ at, afterGap }: Candidate): StreamedBeat => ({ at: Math.max(0, Math.round(at)), afterGap })
