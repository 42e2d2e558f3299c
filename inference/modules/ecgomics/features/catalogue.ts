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

/**
 * Marks over all leads make P and QRS longer than the single lead by which the published limits were read (Kligfield P et al.
 * 2007, AHA/ACC/HRS part I, section on global intervals): of our NORM tracings 55 % lie above 120 ms of P and 14 % above 110 ms
 * of QRS. Here our own interval comes first and the published one stands behind it.
 */
const OWN_FIRST = new Set(['p.duration', 'qrs.duration', 'p.terminal-force'])

/** Whoever wants one interval takes the first that holds for the person: the published one, except for those above. */
const withOwnInterval = (definition: FeatureDefinition): FeatureDefinition => {
  const { intervals, source } = REFERENCE_INTERVALS
  const measured = intervals[definition.id]?.map(({ low, high, sex, n }) => ({ low, high, sex, n, source }))
  if (!measured) return definition
  const published = definition.interval ?? []
  const interval = OWN_FIRST.has(definition.id) ? [...measured, ...published] : [...published, ...measured]
  return { ...definition, interval }
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
