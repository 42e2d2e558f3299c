import { AppError } from '../../../../../core/errors/app-error.ts'
import { sha256 } from '../../../../../core/ids.ts'
import type { LanguageExchange } from '../../types.ts'
import { answerSchema, type ModelAnswer, readAnswer } from './answer.ts'
import type { Chat, ChatReply } from './chat.ts'
import { assertNoIdentifiers } from './identifier-guard.ts'
import type { LanguageModelOptions } from './options.ts'
import type { Prompt } from './prompt.ts'

/** Time, as it is handed in: milliseconds that only rise, and a pause. */
export interface Timing {
  now(): number
  pause(ms: number): Promise<void>
}

export interface Asking {
  chat: Chat
  options: Pick<LanguageModelOptions, 'model' | 'retries' | 'timeoutMs' | 'temperature'>
  timing: Timing
  /** `timing.now()` past which nothing more is asked. */
  deadline: number
}

const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 20_000

/** Before the nth further attempt: .5, 1, 2 ... 20 s, or what the service asked for if that is more. */
export const pauseBefore = (attempt: number, afterMs = 0): number =>
  Math.max(afterMs, Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempt - 1)))

/**
 * One question to the model, asked until an answer passes or the attempts or the time are used up. The same words every time: the
 * audit holds one prompt, and each attempt with what became of it.
 *
 * @param exchange filled in as attempts are made, so that it stands in the audit whatever happens
 * @throws AppError MODEL_UNAVAILABLE, reason = fault of the last attempt, or `deadline`; NOT_PERMITTED reason `identifier-in-prompt`
 */
export async function ask(
  { chat, options, timing, deadline }: Asking,
  question: { prompt: Prompt; names: readonly string[]; foreign: readonly string[] },
  exchange: LanguageExchange
): Promise<ModelAnswer> {
  const { prompt, names, foreign } = question
  assertNoIdentifiers(exchange.prompt, foreign)
  const schema = answerSchema(names)
  for (let attempt = 1; ; attempt++) {
    const left = deadline - timing.now()
    if (left <= 0) throw gaveUp('deadline')
    const began = timing.now()
    const reply = await chat(prompt, schema, Math.min(options.timeoutMs, left))
    const read = 'text' in reply ? readAnswer(reply.text, names, foreign) : { fault: reply.fault }
    const ms = Math.round(timing.now() - began)
    if ('answer' in read) {
      exchange.attempts.push({ outcome: 'accepted', ms })
      exchange.answer = read.answer
      if ('servedModel' in reply && reply.servedModel) exchange.servedModel = reply.servedModel
      return read.answer
    }
    exchange.attempts.push({ outcome: 'rejected', code: read.fault, ms })
    const pause = pauseBefore(attempt, afterOf(reply))
    if (attempt > options.retries || isFinal(reply)) throw gaveUp(read.fault)
    if (timing.now() + pause >= deadline) throw gaveUp('deadline')
    await timing.pause(pause)
  }
}

/** The text as it is hashed and kept. */
export const promptText = ({ system, user }: Prompt): string => `${system}\n\n---\n\n${user}`

export function newExchange(variant: LanguageExchange['variant'], model: string, prompt: Prompt): LanguageExchange {
  const text = promptText(prompt)
  return { variant, model, promptSha256: sha256(text), prompt: text, attempts: [] }
}

const isFinal = (reply: ChatReply): boolean => 'again' in reply && !reply.again
const afterOf = (reply: ChatReply): number | undefined => ('afterMs' in reply ? reply.afterMs : undefined)
const gaveUp = (reason: string): AppError => new AppError('MODEL_UNAVAILABLE', { reason, at: 'language-model' })
