import { butterworth } from '../../signal/filter/butterworth.ts'
import { meanDecomposition } from '../../signal/filter/mean-decomposition.ts'
import { notch } from '../../signal/filter/notch.ts'
import type { Section } from '../../signal/filter/sections.ts'
import { filterZeroPhase } from '../../signal/filter/zero-phase.ts'
import type { EcgomicsInput, EcgomicsParameters } from './types.ts'

/** Of the band-pass; twice that in effect, forward and backward. */
const ORDER = 2
/** A corner above this part of the rate has no filter of this order. */
const HIGHEST_CORNER = 0.45

/** The leads and the seconds that the parameters ask for; samples are views, unfiltered. */
export function prepare(input: EcgomicsInput, { leads, window }: EcgomicsParameters): EcgomicsInput {
  const wanted = new Set(leads.map((name) => name.toLowerCase()))
  const kept = input.leads.filter(({ name }) => wanted.size === 0 || wanted.has(name.toLowerCase()))
  if (!window) return { ...input, leads: kept }
  const [from, to] = [window.fromS, window.toS].map((seconds) => Math.round(seconds * input.rateHz))
  return { ...input, leads: kept.map((lead) => ({ ...lead, samples: lead.samples.subarray(from, to) })) }
}

/**
 * One lead as waves are looked for in it: without mains, and without baseline or in a band.
 *
 * @param samples mV; NaN where missing, and then missing in the result
 */
export function filtered(samples: Float64Array, rateHz: number, parameters: EcgomicsParameters): Float64Array {
  const { filter, lowHz, highHz } = parameters
  const clean = withoutMains(samples, rateHz, parameters)
  switch (filter) {
    case 'mean-decomposition':
      return meanDecomposition(clean, rateHz)
    case 'band-pass':
      return filterZeroPhase(bandPass(lowHz, highHz, rateHz), clean)
    case 'none':
      return clean
    default:
      return filter satisfies never
  }
}

/** The very samples where no mains is to be taken out; `auto` is decided before (`mainsOf`). */
export function withoutMains(
  samples: Float64Array,
  rateHz: number,
  { mainsHz }: Pick<EcgomicsParameters, 'mainsHz'>
): Float64Array {
  if (mainsHz === 'auto' || mainsHz === 0 || mainsHz >= rateHz / 2) return samples
  return filterZeroPhase([notch(mainsHz, rateHz)], samples)
}

const bandPass = (lowHz: number, highHz: number, rateHz: number): Section[] =>
  butterworth(ORDER, highHz < HIGHEST_CORNER * rateHz ? { lowHz, highHz } : { lowHz }, rateHz)
