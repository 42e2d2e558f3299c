import { Ajv } from 'ajv'
import { bandOf } from '../../band.ts'
import { BANDS, type Band } from '../../types.ts'
import { holdsIdentifier } from './identifier-guard.ts'

/** An answer that was checked: what is used of it, and what is kept for the audit. */
export interface ModelAnswer {
  probability: number
  band: Band
  confidence: number
  key_factors: { name: string; effect: 'raises' | 'lowers' }[]
  reasoning: string
}

/** Why an answer was not taken; stands in the audit. */
export type AnswerFault =
  | 'empty'
  | 'refused'
  | 'not-json'
  | 'schema'
  | 'probability-not-a-number'
  | 'probability-out-of-range'
  | 'confidence'
  | 'key-factor-count'
  | 'key-factor-unknown'
  | 'key-factor-repeated'
  | 'band-unknown'
  | 'band-wrong'
  | 'reasoning'
  | 'identifier-in-answer'

/** The form of the answer, also sent to services that can hold a model to it; then with the names that may be factors. */
export function answerSchema(names?: readonly string[]): Record<string, unknown> {
  return {
    type: 'object',
    additionalProperties: false,
    required: ['probability', 'band', 'confidence', 'key_factors', 'reasoning'],
    properties: {
      probability: { type: 'number', minimum: 0, maximum: 1 },
      band: { type: 'string', enum: [...BANDS] },
      confidence: { type: 'number', minimum: 0, maximum: 1 },
      key_factors: {
        type: 'array',
        minItems: 3,
        maxItems: 3,
        items: {
          type: 'object',
          additionalProperties: false,
          required: ['name', 'effect'],
          properties: {
            name: { type: 'string', ...(names ? { enum: [...names] } : {}) },
            effect: { type: 'string', enum: ['raises', 'lowers'] }
          }
        }
      },
      reasoning: { type: 'string', minLength: 1, maxLength: 1200 }
    }
  }
}

// Removes what was not asked for, so that it is not kept either. Compiled once: the names are looked at afterwards.
const check = new Ajv({ removeAdditional: true }).compile(answerSchema())

/**
 * Reads what a language model wrote. Numbers are not made of texts ('73%'), a probability is not put into another band, and no
 * missing factor is filled in: an answer that is not right is not an answer. Talk around one JSON object in a code fence is left aside.
 *
 * @param names values that may be key factors
 * @param foreign words that must not come back
 */
export function readAnswer(
  text: string | null | undefined,
  names: readonly string[],
  foreign: readonly string[]
): { answer: ModelAnswer } | { fault: AnswerFault } {
  if (!text?.trim()) return { fault: 'empty' }
  const parsed = parse(text)
  if (parsed === undefined) return { fault: isRefusal(text) ? 'refused' : 'not-json' }
  if (!check(parsed)) return { fault: faultAt(check.errors?.[0]) }
  const answer = parsed as ModelAnswer
  if (!answer.key_factors.every(({ name }) => names.includes(name))) return { fault: 'key-factor-unknown' }
  if (new Set(answer.key_factors.map(({ name }) => name)).size < 3) return { fault: 'key-factor-repeated' }
  if (answer.band !== bandOf(answer.probability)) return { fault: 'band-wrong' }
  const reasoning = answer.reasoning.replaceAll(/\p{C}+/gu, ' ').trim()
  if (!reasoning) return { fault: 'reasoning' }
  if (holdsIdentifier(reasoning, foreign)) return { fault: 'identifier-in-answer' }
  return { answer: { ...answer, reasoning } }
}

const THOUGHT_END = '</think>'

/** The JSON of the whole text, or of its only code fence; what a model wrote while it thought is no part of its answer. */
function parse(whole: string): unknown {
  const thoughtEnds = whole.lastIndexOf(THOUGHT_END)
  if (whole.trimStart().startsWith('<think>') && thoughtEnds < 0) return undefined
  const text = thoughtEnds < 0 ? whole : whole.slice(thoughtEnds + THOUGHT_END.length)
  const fences = text.split('```')
  // An odd number of parts: fences that open and close; three parts: one of them.
  const inner = fences.length === 3 ? fences[1]!.replace(/^json\b/i, '') : text
  try {
    return JSON.parse(inner)
  } catch {
    return undefined
  }
}

const isRefusal = (text: string): boolean =>
  /\b(?:cannot|can't|can not|unable to|won't|not able to|sorry)\b/i.test(text.slice(0, 300))

function faultAt(
  error: { instancePath: string; keyword: string; params: Record<string, unknown> } | undefined
): AnswerFault {
  const [, field] = error?.instancePath.split('/') ?? []
  if (field === 'probability')
    return error?.keyword === 'type' ? 'probability-not-a-number' : 'probability-out-of-range'
  if (field === 'confidence') return 'confidence'
  if (field === 'band') return 'band-unknown'
  if (field === 'reasoning') return 'reasoning'
  if (field === 'key_factors' && (error?.keyword === 'minItems' || error?.keyword === 'maxItems'))
    return 'key-factor-count'
  return 'schema'
}
