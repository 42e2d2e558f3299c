import type { ModelManifest } from '../../../core/model.ts'
import { CORE, variableOf } from './feature-names.ts'
import type { StayView } from './predictor/predictor.ts'

export const MIN_AGE = 18
export const MIN_HOURS = 6
/** Above this share of missing core variables there is no estimate. */
export const MAX_MISSING = 0.5

export interface Gated {
  /** Refusal code; absent: the stay may be scored. */
  refused?: string
  /** Variables of the model that have no value, those of the core first. */
  missing: string[]
}

/**
 * May this stay be scored (specs 06 section 2)? A person whose code status is comfort care only is not: the estimate would
 * fulfil itself. An unknown age is not an adult's (rules section 12).
 */
export function gate({ input, features }: StayView, manifest: ModelManifest): Gated {
  const names = manifest.inputs[0]?.features ?? []
  const isKnown = (variable: string): boolean =>
    names.some((name) => variableOf(name) === variable && isNumber(features[name]))
  const asked = [...new Set(names.map(variableOf))].filter((key) => key !== 'unit' && key !== 'sex' && key !== 'race')
  const missing = asked.filter((variable) => !isKnown(variable)).sort((a, b) => rank(a) - rank(b))
  const age = input.age ?? features['age'] ?? undefined
  if (input.comfortCare) return { refused: 'comfort-care', missing }
  if (age === undefined) return { refused: 'demographics-missing', missing }
  if (age < MIN_AGE) return { refused: 'age-out-of-range', missing }
  if (!(input.windowHours >= MIN_HOURS)) return { refused: 'too-early', missing }
  // A table's columns are another list: there the model's own inputs are the core.
  const core = input.features ? asked : CORE.filter((key) => asked.includes(key))
  const absent = core.filter((variable) => !isKnown(variable)).length
  return absent > MAX_MISSING * core.length ? { refused: 'data-insufficient', missing } : { missing }
}

const rank = (variable: string): number => (CORE.includes(variable) ? CORE.indexOf(variable) : CORE.length)
const isNumber = (value: number | null | undefined): boolean => typeof value === 'number' && Number.isFinite(value)
