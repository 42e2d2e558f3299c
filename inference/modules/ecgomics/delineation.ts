import { AppError } from '../../../core/errors/app-error.ts'
import type { Models } from '../../../core/model.ts'
import { delineate } from '../../signal/delineate/delineate.ts'
import type { BeatWaves, Delineation } from '../../signal/delineation.ts'
import { fuse } from './delineator/fuse.ts'
import { networkDelineation } from './delineator/network.ts'
import type { EcgomicsParameters, PathDisagreement } from './types.ts'

export interface Delineated {
  delineation: Delineation
  disagreement: PathDisagreement[]
  /** The network was asked for and could not run. */
  withoutNetwork: boolean
}

/** Codes of a model that cannot run; anything else is a fault and thrown on. */
const CANNOT_RUN = new Set(['MODEL_UNAVAILABLE', 'MODEL_CHANGED', 'INFERENCE_FAILED'])

/**
 * The waves by the path that the parameters name: both fused, or one alone. A network that cannot run leaves the classical
 * path, and that is said.
 *
 * @param leads mV, filtered, equal lengths @param beats fiducials in their samples
 */
export async function delineateBy(
  path: EcgomicsParameters['delineator'],
  leads: readonly Float64Array[],
  { rateHz, beats }: { rateHz: number; beats: readonly number[] },
  models: Models
): Promise<Delineated> {
  if (path === 'classical')
    return { delineation: delineate(leads, { rateHz, beats }), disagreement: [], withoutNetwork: false }
  try {
    const network = await networkDelineation(leads, { rateHz, beats }, models)
    if (path === 'network') return { delineation: network, disagreement: [], withoutNetwork: false }
    return { ...fuse(delineate(leads, { rateHz, beats }), network), withoutNetwork: false }
  } catch (error) {
    if (!(error instanceof AppError && CANNOT_RUN.has(error.code))) throw error
    return { delineation: delineate(leads, { rateHz, beats }), disagreement: [], withoutNetwork: true }
  }
}

const NOTHING: BeatWaves = Object.freeze({})

/**
 * A delineation of part of a recording as one of the whole: positions counted from the recording's start, an empty entry for
 * each beat outside the part and each lead that was left out.
 */
export function overWhole(
  part: Delineation,
  whole: {
    beats: readonly number[]
    /** Number of the part's first beat, and its first sample, in the recording. */
    firstBeat: number
    firstSample: number
    /** For each lead of the recording, its place in the part; -1 where it was left out. */
    places: readonly number[]
  }
): Delineation {
  const { beats, firstBeat, firstSample, places } = whole
  const spread = (waves: readonly BeatWaves[]): BeatWaves[] =>
    beats.map((_, k) => {
      const found = waves[k - firstBeat]
      return found ? shifted(found, firstSample) : NOTHING
    })
  return {
    ...part,
    beats,
    leads: places.map((place) => spread(place < 0 ? [] : part.leads[place]!)),
    global: spread(part.global)
  }
}

function shifted(waves: BeatWaves, by: number): BeatWaves {
  if (by === 0) return waves
  return Object.fromEntries(
    Object.entries(waves).map(([wave, mark]) => [
      wave,
      {
        ...mark,
        peak: mark.peak + by,
        ...(mark.onset === undefined ? {} : { onset: mark.onset + by }),
        ...(mark.offset === undefined ? {} : { offset: mark.offset + by })
      }
    ])
  )
}
