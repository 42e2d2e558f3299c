import type { Models } from '../../../core/model.ts'
import { classBeats } from '../../signal/beats/class-beats.ts'
import { detectBeats } from '../../signal/beats/detect-beats.ts'
import type { ClassedBeat, Delineation, MedianBeat } from '../../signal/delineation.ts'
import { medianBeat } from '../../signal/median-beat/median-beat.ts'
import { assessLeads, withBeats } from '../../signal/recording-quality.ts'
import { delineateBy, overWhole } from './delineation.ts'
import { extractFeatures } from './features/extract.ts'
import { isMeasurable, mainsHzOf } from './mains.ts'
import { filtered, prepare, withoutMains } from './prepare.ts'
import { shapeSpan, WHOLE_SECONDS } from './span.ts'
import type { EcgMeasurement, EcgomicsInput, EcgomicsParameters, EcgQuality } from './types.ts'

/**
 * Quality, beats, waves, median beat and features of one recording (specs 01 section 4). Positions count in the samples of
 * what `prepare` makes of the input. Beats are found over the whole recording; waves are delineated in all of a short one and
 * in the most regular 30 s of a long one, so that memory does not grow with the length beyond the samples themselves.
 *
 * `mainsHz: 'auto'` is decided here by the spectrum; the measurement's parameters say what was taken out.
 *
 * @param input passed the gate
 * @param judged verdict on the leads, where the gate has given it already
 * @throws AppError of the runtime when a worker fails; a model that cannot run is no error (`delineated-without-network`)
 */
export async function measure(
  input: EcgomicsInput,
  asking: EcgomicsParameters,
  models: Models,
  judged?: EcgQuality
): Promise<EcgMeasurement> {
  const asked = prepare(input, asking)
  const { leads, rateHz } = asked
  const byLead = judged ?? assessLeads(leads, rateHz)
  const parameters = { ...asking, mainsHz: mainsHzOf(asked, asking) }
  const usable = leads
    .map((_, i) => i)
    .filter((i) => isMeasurable(byLead.leads[i]!, leads[i]!.samples, { rateHz, mainsHz: parameters.mainsHz }))
  const raw = usable.map((i) => leads[i]!.samples)
  const length = leads[0]?.samples.length ?? 0
  // Mains makes like beats unlike; but a long recording is not copied, and is cleaned where it is delineated.
  const isShort = length <= WHOLE_SECONDS * rateHz
  const samples = isShort ? raw.map((lead) => withoutMains(lead, rateHz, parameters)) : raw
  const filters = isShort ? { ...parameters, mainsHz: 0 as const } : parameters
  const { beats: found, bsqi } = detectBeats(samples, rateHz, { detector: parameters.detector })
  const beats = classBeats(samples, rateHz, found, { paced: input.paced === true })

  const span = shapeSpan(length, rateHz, beats)
  const clean = samples.map((lead) => filtered(lead.subarray(span.from, span.to), rateHz, filters))
  const part = beatsOf(beats, span)
  const { delineation, disagreement, withoutNetwork } = await delineateBy(
    parameters.delineator,
    clean,
    { rateHz, beats: part.beats.map(({ at }) => at) },
    models
  )
  const places = leads.map((_, i) => usable.indexOf(i))
  const median = medianBeat(clean, { rateHz, beats: part.beats, delineation })
  const quality = withBeats(byLead, { beats: found, bsqi }, rateHz)
  const measured = {
    parameters,
    rateHz,
    durationS: length / rateHz,
    leadNames: leads.map(({ name }) => name),
    quality: withoutNetwork ? saying(quality, 'delineated-without-network') : quality,
    beats,
    delineation: wholeDelineation(delineation, { beats, part, span, places }),
    ...(median ? { medianBeat: wholeMedianBeat(median, part.first, places) } : {}),
    disagreement
  }
  const isWhole = span.to - span.from === length
  return { ...measured, features: extractFeatures(measured, isWhole ? withSamples(asked, usable, clean) : asked) }
}

/** Beats inside the span, counted from its first sample; and the number of the first of them. */
function beatsOf(
  beats: readonly ClassedBeat[],
  { from, to }: { from: number; to: number }
): { beats: ClassedBeat[]; first: number } {
  const first = Math.max(
    0,
    beats.findIndex(({ at }) => at >= from)
  )
  const inside = beats.filter(({ at }) => at >= from && at < to)
  return { first, beats: inside.map((beat) => ({ ...beat, at: beat.at - from })) }
}

function wholeDelineation(
  delineation: Delineation,
  {
    beats,
    part,
    span,
    places
  }: { beats: readonly ClassedBeat[]; part: { first: number }; span: { from: number }; places: number[] }
): Delineation {
  return overWhole(delineation, {
    beats: beats.map(({ at }) => at),
    firstBeat: part.first,
    firstSample: span.from,
    places
  })
}

/** A lead that was left out has no samples and no waves in the median beat: zeros would look like a measurement. */
function wholeMedianBeat(median: MedianBeat, firstBeat: number, places: readonly number[]): MedianBeat {
  const missing = () => new Float64Array(median.samples[0]?.length ?? 0).fill(Number.NaN)
  return {
    ...median,
    samples: places.map((place) => median.samples[place] ?? missing()),
    leads: places.map((place) => median.leads[place] ?? {}),
    noiseMv: places.map((place) => median.noiseMv[place] ?? Number.NaN),
    beats: median.beats.map((beat) => beat + firstBeat)
  }
}

const saying = (quality: EcgQuality, reason: string): EcgQuality => ({
  ...quality,
  verdict: quality.verdict === 'acceptable' ? 'limited' : quality.verdict,
  reasons: [...quality.reasons, reason]
})

/** The recording with filtered samples in the leads that were measured. */
const withSamples = (
  input: EcgomicsInput,
  usable: readonly number[],
  samples: readonly Float64Array[]
): EcgomicsInput => ({
  ...input,
  leads: input.leads.map((lead, i) => {
    const place = usable.indexOf(i)
    return place < 0 ? lead : { ...lead, samples: samples[place]! }
  })
})
