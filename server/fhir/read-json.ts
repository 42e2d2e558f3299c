import { AppError } from '../../core/errors/app-error.ts'
import { parseJson } from '../../core/json-numbers.ts'
import { jsonFault } from '../../core/json-text.ts'

/**
 * Of a whole body: a transaction of 5000 entries with 100 values each fits. What a single resource may hold is less
 * (server/store/inspect.ts).
 */
const LIMITS = { maxDepth: 64, maxValues: 500_000 }
const REASONS = { depth: 'too-deep', values: 'too-many-elements', 'number-precision': 'number-precision' } as const

/**
 * Parses a JSON body whose depth, number of values and numbers were looked at before anything was made of it. A number
 * that would change in value by being read as a double is refused rather than rounded; the others keep their digits
 * (hardening A3-41).
 *
 * @throws AppError BAD_REQUEST reason json; FHIR_INVALID reason too-deep, too-many-elements, number-precision
 */
export function readJson(text: string): unknown {
  const fault = jsonFault(text, LIMITS)
  if (fault) throw new AppError('FHIR_INVALID', { reason: REASONS[fault] })
  try {
    return parseJson(text)
  } catch {
    // The parser's own words quote the text: they are not passed on.
    throw new AppError('BAD_REQUEST', { reason: 'json' })
  }
}
