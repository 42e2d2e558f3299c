import type { FeatureDefinition } from '../types.ts'
import { REFERENCE_INTERVALS } from './comparative/norms.ts'
import { AMPLITUDES } from './definitions/amplitudes.ts'
import { AXES } from './definitions/axes.ts'
import { COMPARATIVE } from './definitions/comparative.ts'
import { CORRECTED_QT } from './definitions/corrected-qt.ts'
import { ENERGIES, LATE_POTENTIALS } from './definitions/energies.ts'
import { FUNCTIONAL } from './definitions/functional.ts'
import { INTERVALS } from './definitions/intervals.ts'
import { LEAD_MORPHOLOGY, RECORDING_MORPHOLOGY } from './definitions/morphology.ts'
import { VOLTAGES } from './definitions/voltages.ts'

/** A published interval stays first; ours stands where none is published, and behind it where one is. */
const withOwnInterval = (definition: FeatureDefinition): FeatureDefinition => {
  const { intervals, source } = REFERENCE_INTERVALS
  const measured = intervals[definition.id]?.map(({ low, high, sex, n }) => ({ low, high, sex, n, source }))
  return measured ? { ...definition, interval: [...(definition.interval ?? []), ...measured] } : definition
}

/**
 * Every feature of ECGomics with definition, formula, unit, scope, source and reference interval, in the order of the report:
 * Structural, Intensity, Functional, Comparative (specs 01 section 3). docs/ecgomics-features.md and .json are made from it.
 *
 * What the specification names and no one measures yet is not here: the embedding and its principal components, and
 * similarity to prototypes, come with the shared encoder.
 */
export const CATALOGUE: readonly FeatureDefinition[] = Object.freeze(
  [
    ...INTERVALS,
    ...CORRECTED_QT,
    ...AXES.filter(({ dimension }) => dimension === 'structural'),
    ...RECORDING_MORPHOLOGY,
    ...LEAD_MORPHOLOGY,
    ...VOLTAGES,
    ...AXES.filter(({ dimension }) => dimension === 'intensity'),
    ...LATE_POTENTIALS,
    ...AMPLITUDES,
    ...ENERGIES,
    ...FUNCTIONAL,
    ...COMPARATIVE
  ].map(withOwnInterval)
)

const byId = new Map(CATALOGUE.map((definition) => [definition.id, definition]))

/** The definition of a feature. @throws RangeError for an id that is not in the catalogue (a mistake of ours) */
export function definitionOf(id: string): FeatureDefinition {
  const found = byId.get(id)
  if (!found) throw new RangeError(`no feature ${id}`)
  return found
}
