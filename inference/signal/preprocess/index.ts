import { AppError } from '../../../core/errors/app-error.ts'
import type { ModelManifest, Tensor } from '../../../core/model.ts'
import { clipsOf } from '../clips.ts'
import type { Pass } from '../filter/butterworth.ts'
import { isComplete } from '../filter/finite-runs.ts'
import { resample } from '../resample.ts'
import { type LeadSamples, orderLeads, STANDARD_LEADS } from './leads.ts'
import { linearResample } from './linear-resample.ts'
import { publishedFilter } from './published-filter.ts'
import { zScore } from './z-score.ts'

export type { LeadSamples } from './leads.ts'

/** What an ECG model gets: [clips, leads, samples], and beside it which leads are there. */
export interface PreparedEcg extends Tensor {
  /** [clips, leads]: 1 for a lead that was measured or derived, 0 for one that is zeros. */
  leadMask: Tensor
}

/** One way from recorded leads to leads at the model's rate, and what is done to each clip after it is cut. */
interface Recipe {
  /** May give the very samples back: clips are copies. */
  whole(samples: Float64Array, rates: { fromHz: number; toHz: number }): Float64Array
  clip?(leads: Float64Array[]): void
}

const sinc: Recipe['whole'] = (samples, rates) => {
  const known = isComplete(samples) ? samples : samples.map((value) => (Number.isFinite(value) ? value : 0))
  return rates.fromHz === rates.toHz ? known : resample(known, rates)
}
const published =
  (pass: Pass): Recipe['whole'] =>
  (samples, { fromHz, toHz }) =>
    linearResample(publishedFilter(samples, fromHz, pass), Math.round((samples.length * toHz) / fromHz))

/**
 * The preprocessing ids of specs README section E that are for an ECG. What is in the graph needs only rate, order and length; for
 * those a missing sample is 0, as the graph itself makes it.
 */
const RECIPES: ReadonlyMap<string, Recipe> = new Map<string, Recipe>([
  ['hb-ecg-1', { whole: sinc }],
  ['ecgfounder-1', { whole: published({ lowHz: 0.67, highHz: 40 }), clip: zScore }],
  ['pocketk-1', { whole: published({ lowHz: 0.5, highHz: 40 }), clip: zScore }],
  ['zscore-1', { whole: sinc, clip: zScore }]
])

/** Rate of a model that names none. */
const DEFAULT_RATE_HZ = 500
/** More than any strip that is scored; of a longer recording the centre is prepared, so that a day of ECG costs no more. */
const MAX_SECONDS = 60

/** Whether `prepareFor` knows a preprocessing id. */
export const isKnownEcgPreprocessing = (id: string): boolean => RECIPES.has(id)

/**
 * Recorded leads as the model of this manifest wants them: in its order (`inputs[].leads`, else the standard twelve), at its rate, in
 * clips of its length (three of a 30 s strip, one zero-padded when shorter), prepared by its `preprocessing.id`. What is filtered is
 * filtered whole, before clips are cut; the z-score is that of each clip over the leads that are there. Absent leads are zeros; III,
 * aVR, aVL and aVF are derived where I and II are there.
 *
 * @param leads in mV, all of one length and rate; NaN where missing
 * @param rateHz of the recording
 * @returns Tensor [clips, leads, samples] with the lead mask [clips, leads]
 * @throws AppError MODEL_UNAVAILABLE reason `preprocessing` (unknown id) or `shape` (no ECG input); BAD_REQUEST reason `leads` when
 *   the leads differ in length or are empty, `filter` when the rate is too low for the filters
 * @example prepareFor(manifest, [{ mdc: 1, samples: new Float64Array(2500) }], 250).dims // [1, 12, 5000]
 */
export function prepareFor(manifest: ModelManifest, leads: readonly LeadSamples[], rateHz: number): PreparedEcg {
  const { names, samples: length, toHz } = ecgInputOf(manifest)
  const recipe = RECIPES.get(manifest.preprocessing.inGraph ? 'hb-ecg-1' : manifest.preprocessing.id)
  if (!recipe || !isKnownEcgPreprocessing(manifest.preprocessing.id)) {
    throw new AppError('MODEL_UNAVAILABLE', { reason: 'preprocessing', at: 'model.json preprocessing.id' })
  }
  const recorded = leads[0]?.samples.length ?? 0
  if (recorded === 0 || leads.some(({ samples }) => samples.length !== recorded)) {
    throw new AppError('BAD_REQUEST', { reason: 'leads' })
  }
  const ordered = orderLeads(leads, names)
  const cut = ordered.map(
    (samples) => samples && clipsOf(recipe.whole(centre(samples, rateHz), { fromHz: rateHz, toHz }), length)
  )
  const clips = cut.find((each) => each !== undefined)?.length ?? 1
  const data = new Float32Array(clips * names.length * length)
  const mask = new Float32Array(clips * names.length)
  for (let clip = 0; clip < clips; clip++) {
    recipe.clip?.(cut.flatMap((each) => each?.[clip]?.samples ?? []))
    for (const [lead, each] of cut.entries()) {
      if (!each) continue
      data.set(each[clip]!.samples, (clip * names.length + lead) * length)
      mask[clip * names.length + lead] = 1
    }
  }
  return {
    dims: [clips, names.length, length],
    data,
    leadMask: { dims: [clips, names.length], data: mask }
  }
}

/** The ECG input of a model: the one of three dimensions, (batch, lead, time). */
function ecgInputOf(manifest: ModelManifest): { names: readonly string[]; samples: number; toHz: number } {
  const input = manifest.inputs.find(({ shape }) => shape.length === 3)
  const [, width, samples] = input?.shape ?? []
  const names = input?.leads ?? STANDARD_LEADS
  if (typeof samples !== 'number' || !(samples > 0) || (typeof width === 'number' && width !== names.length)) {
    throw new AppError('MODEL_UNAVAILABLE', { reason: 'shape', at: 'model.json inputs' })
  }
  return { names, samples, toHz: input?.rateHz ?? DEFAULT_RATE_HZ }
}

function centre(samples: Float64Array, rateHz: number): Float64Array {
  const most = Math.round(MAX_SECONDS * rateHz)
  const from = Math.max(0, Math.floor((samples.length - most) / 2))
  return samples.subarray(from, from + most)
}
