import type { BeatInterval } from '../../../signal/shape/bootstrap.ts'
import type { AbsentReason, FeatureValue } from '../types.ts'

interface Rest {
  lead?: string
  confidence?: BeatInterval
  limited?: boolean
  /** Why there is no value, when there is none. */
  otherwise?: AbsentReason
}

/** A number, or the reason why there is none: a value that is not finite is never given. */
export function numeric(id: string, value: number, { otherwise = 'wave-not-found', ...rest }: Rest = {}): FeatureValue {
  if (!Number.isFinite(value)) return absent(id, otherwise, rest.lead)
  return { id, ...(rest.lead && { lead: rest.lead }), value, ...extras(rest) }
}

/** A word, or the reason why there is none. */
export function worded(
  id: string,
  category: string | undefined,
  { otherwise = 'wave-not-found', ...rest }: Omit<Rest, 'confidence'> = {}
): FeatureValue {
  if (category === undefined) return absent(id, otherwise, rest.lead)
  return { id, ...(rest.lead && { lead: rest.lead }), category, ...extras(rest) }
}

export const absent = (id: string, reason: AbsentReason, lead?: string): FeatureValue => ({
  id,
  ...(lead && { lead }),
  absent: reason
})

const extras = ({ confidence, limited }: Rest) => ({
  ...(confidence && { confidence }),
  ...(limited && { limited })
})
