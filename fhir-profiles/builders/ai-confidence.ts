import type { Extension } from '@medplum/fhirtypes'
import { AppError } from '../../core/errors/app-error.ts'
import { EXTENSION } from '../generated/constants.ts'

/**
 * How likely the result is to be correct (rules section 10): an interval 0..1, or a stated reason for giving none.
 * It is never a copy of a predicted probability, so there is no way to pass a single number.
 */
export type Confidence = { interval: [low: number, high: number] } | { none: string }

/**
 * The AIconfidence extension (valueRange) or the no-confidence-reason extension.
 *
 * @throws AppError FHIR_INVALID when the interval is not ordered or leaves 0..1, or the reason is empty
 */
export function confidenceExtension(confidence: Confidence): Extension {
  if ('none' in confidence) {
    if (confidence.none.trim() === '') throw new AppError('FHIR_INVALID', { reason: 'no-confidence-reason' })
    return { url: EXTENSION.noConfidenceReason, valueString: confidence.none }
  }
  const [low, high] = confidence.interval
  if (!(low >= 0 && low <= high && high <= 1)) throw new AppError('FHIR_INVALID', { reason: 'confidence-interval' })
  return { url: EXTENSION.aiConfidence, valueRange: { low: { value: low }, high: { value: high } } }
}
