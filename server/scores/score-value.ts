import type { Observation, Quantity } from '@medplum/fhirtypes'
import { isOnScale, type ScoreScale } from '../config/sections/scores.ts'

/** Why an Observation of a score is no prediction; counted by the loop like the refusals of our modules. */
export type ScoreRefusal =
  /** The sender says that it could not be made (status cancelled, data absent). */
  | 'score-not-obtained'
  /** A text, a code, several numbers. */
  | 'score-not-a-number'
  /** '>90': known only as a bound, and bounds cannot be ranked. */
  | 'score-censored'
  /** A unit that contradicts the scale: '%' on a probability. */
  | 'score-unit'
  | 'score-out-of-scale'

export type ScoreReading = { value: number } | { refused: ScoreRefusal }

/** UCUM units that each scale allows besides none: '1' and words in braces are numbers without dimension. */
const UNIT: Record<ScoreScale['kind'], RegExp> = {
  probability: /^(1|\{[^{}]*\})$/,
  percent: /^%$/,
  points: /^(1|\{[^{}]*\}|points?|pts)$/i
}

/**
 * The number of a score. Percentages are given as probabilities (23 % -> .23), points as they are. Nothing is guessed: what is
 * outside the scale is refused, never clipped or rescaled.
 *
 * @example
 * readScore({ resourceType: 'Observation', status: 'final', code: {}, valueQuantity: { value: 23, unit: '%' } }, { kind: 'percent' })
 * // { value: 0.23 }
 */
export function readScore(observation: Observation, scale: ScoreScale): ScoreReading {
  if (observation.dataAbsentReason || observation.status === 'cancelled') return { refused: 'score-not-obtained' }
  const quantity: Quantity | undefined =
    observation.valueQuantity ??
    (observation.valueInteger === undefined ? undefined : { value: observation.valueInteger })
  const number = quantity?.value
  if (number === undefined || !Number.isFinite(number)) return { refused: 'score-not-a-number' }
  if (quantity?.comparator) return { refused: 'score-censored' }
  const unit = quantity?.code ?? quantity?.unit
  if (unit && !UNIT[scale.kind].test(unit)) return { refused: 'score-unit' }
  if (!isOnScale(number, scale)) return { refused: 'score-out-of-scale' }
  return { value: onLoopScale(number, scale) }
}

/** A number of the scale in the terms of the closed loop: probability, or points. */
export const onLoopScale = (number: number, scale: ScoreScale): number =>
  scale.kind === 'percent' ? number / 100 : number
