import { AppError } from '../../../core/errors/app-error.ts'

type Json = Record<string, unknown>

/** What the site's policy says of a run; of wards and moments see select. */
export interface Settings {
  predictor: 'local' | 'language-model'
  /** Options of a language model, as they stand in the policy. */
  languageModel: Json
  /** What answers when the language model gives no valid answer: nobody (a refusal), or the local model. */
  fallback: 'refuse' | 'local'
  flips: boolean
  /** Cases shown at most; absent: as the bank was validated with. */
  topK?: number
  /** A result may be sent as HL7 v2 ORU to who asked for it. */
  oru: boolean
}

const MAX_CASES = 5

/** @throws AppError CONFIG_INVALID at the key that is wrong */
export function readSettings(policy: Json): Settings {
  const predictor = objectOf(policy['predictor']) ?? {}
  const kind = oneOf(predictor['kind'] ?? 'local', ['local', 'language-model'] as const, 'predictor.kind')
  const topK = policy['topK']
  if (topK !== undefined && !(Number.isInteger(topK) && (topK as number) >= 0 && (topK as number) <= MAX_CASES))
    throw wrong('topK')
  return {
    predictor: kind,
    languageModel: predictor,
    fallback: oneOf(policy['fallback'] ?? 'refuse', ['refuse', 'local'] as const, 'fallback'),
    flips: flag(policy['flips'], { otherwise: true, at: 'flips' }),
    ...(topK === undefined ? {} : { topK: topK as number }),
    oru: flag(policy['oru'], { otherwise: false, at: 'oru' })
  }
}

function oneOf<T extends string>(value: unknown, allowed: readonly T[], at: string): T {
  const found = allowed.find((one) => one === value)
  if (found === undefined) throw wrong(at)
  return found
}

function flag(value: unknown, { otherwise, at }: { otherwise: boolean; at: string }): boolean {
  if (value === undefined) return otherwise
  if (typeof value !== 'boolean') throw wrong(at)
  return value
}

const objectOf = (value: unknown): Json | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined
const wrong = (at: string) => new AppError('CONFIG_INVALID', { at: `modules cap-icu policy ${at}`, reason: 'value' })
