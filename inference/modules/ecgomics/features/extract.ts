import type { EcgMeasurement, EcgomicsInput, FeatureValue } from '../types.ts'
import { CATALOGUE } from './catalogue.ts'
import { featureContext } from './context.ts'
import { axisFeatures } from './groups/axes.ts'
import { beatEventFeatures } from './groups/beat-events.ts'
import { comparativeFeatures } from './groups/comparative.ts'
import { intervalFeatures } from './groups/intervals.ts'
import { latePotentialFeatures } from './groups/late-potentials.ts'
import { leadFormFeatures } from './groups/lead-forms.ts'
import { leadNumberFeatures } from './groups/lead-numbers.ts'
import { noiseFeatures } from './groups/noise.ts'
import { rhythmFeatures } from './groups/rhythm.ts'
import { severalLeadFeatures } from './groups/several-leads.ts'
import { variabilityFeatures } from './groups/variability.ts'
import { voltageFeatures } from './groups/voltages.ts'

const PLACE = new Map(CATALOGUE.map(({ id }, place) => [id, place]))

/**
 * Every feature of the catalogue for one measured recording, in the catalogue's order (lead features lead by lead): a value,
 * a word, or the reason why there is neither; never 0 for missing.
 *
 * Positions of `measured` count in the samples of `input.leads`, which are the ones that were measured (one window, one
 * filter). Bootstrap intervals are seeded by `measured.parameters`.
 */
export function extractFeatures(measured: Omit<EcgMeasurement, 'features'>, input: EcgomicsInput): FeatureValue[] {
  const context = featureContext(measured, input)
  const own = [
    ...intervalFeatures(context),
    ...axisFeatures(context),
    ...severalLeadFeatures(context),
    ...leadFormFeatures(context),
    ...leadNumberFeatures(context),
    ...voltageFeatures(context),
    ...latePotentialFeatures(context),
    ...noiseFeatures(context),
    ...rhythmFeatures(context),
    ...variabilityFeatures(context),
    ...beatEventFeatures(context)
  ]
  return [...own, ...comparativeFeatures(context, own)]
    .map((feature, order) => ({ feature, order, place: PLACE.get(feature.id) ?? PLACE.size }))
    .sort((a, b) => a.place - b.place || a.order - b.order)
    .map(({ feature }) => feature)
}
