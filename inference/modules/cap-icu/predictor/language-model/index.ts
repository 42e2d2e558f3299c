import { setTimeout as wait } from 'node:timers/promises'
import { AppError } from '../../../../../core/errors/app-error.ts'
import type { KeyFactor, LanguageExchange } from '../../types.ts'
import type { Answer, Predictor, Question } from '../predictor.ts'
import type { ModelAnswer } from './answer.ts'
import { ask, newExchange, type Timing } from './ask.ts'
import { type Chat, openChat } from './chat.ts'
import { type Fact, toldOf } from './facts.ts'
import { foreignWords } from './identifier-guard.ts'
import type { LanguageModelOptions } from './options.ts'
import { OWN_TEXT, PROMPT_VERSION, promptOf } from './prompt.ts'
import { AGE } from './vocabulary.ts'

export { type LanguageModelOptions, outsideCalls, readLanguageOptions } from './options.ts'

/** For tests: a clock that they move, and a chat that needs no socket. */
export interface LanguageTools {
  timing?: Timing
  openChat?: (options: LanguageModelOptions) => Promise<Chat>
}

const realTiming: Timing = { now: () => performance.now(), pause: (ms) => wait(ms) }

/**
 * CAP over any OpenAI-compatible chat-completions endpoint (arXiv 2512.19735v3, prompts our own). One predictor serves one stay: its
 * deadline runs from here on, over all its questions.
 *
 * A language model's answer cannot be had again: what was said and answered is appended to `exchanges`, and goes with the result.
 *
 * @param options as `readLanguageOptions` gives them
 * A question that finds no valid answer ends with MODEL_UNAVAILABLE, and one that may not be sent with NOT_PERMITTED.
 *
 * @param exchanges one entry a question, in the order asked, also of those that found no answer
 */
export function languagePredictor(
  options: LanguageModelOptions,
  exchanges: LanguageExchange[],
  { timing = realTiming, openChat: open = openChat }: LanguageTools = {}
): Predictor {
  const deadline = timing.now() + options.deadlineMs
  let chat: Promise<Chat> | undefined
  return {
    kind: 'language-model',
    name: options.model,
    version: PROMPT_VERSION,
    calibrated: false,
    reads: (attribute) => attribute !== 'race' || options.sendRace,
    async predict(stay, question) {
      const told = toldOf(stay, options)
      const facts = factsByName(told.facts, told.age)
      if (facts.size < 3) throw new AppError('MODEL_UNAVAILABLE', { reason: 'too-few-values', at: 'language-model' })
      const prompt = promptOf(told, question, options.sendRace)
      const exchange = newExchange(question.variant, options.model, prompt)
      const foreign = foreignWords(stay, question.cases, OWN_TEXT)
      exchanges.push(exchange)
      chat ??= open(options)
      const asking = { chat: await chat, options, timing, deadline }
      const answer = await ask(asking, { prompt, names: [...facts.keys()], foreign }, exchange)
      return estimateOf(answer, facts, question)
    }
  }
}

function factsByName(facts: readonly Fact[], age: number | undefined): Map<string, Fact> {
  const all = age === undefined ? facts : [{ term: AGE, value: age }, ...facts]
  return new Map(all.map((fact) => [fact.term.name, fact]))
}

function estimateOf(answer: ModelAnswer, facts: ReadonlyMap<string, Fact>, { base }: Question): Answer {
  return {
    probability: answer.probability,
    confidence: answer.confidence,
    reasoning: answer.reasoning,
    keyFactors: answer.key_factors.map(({ name, effect }) => keyFactor(facts.get(name)!, effect)),
    shift: base === undefined ? 0 : logit(answer.probability) - logit(base)
  }
}

const keyFactor = ({ term, value }: Fact, effect: 'raises' | 'lowers'): KeyFactor => ({
  variable: term.variable,
  title: term.title,
  value,
  statistic: term.statistic,
  unit: term.unit,
  effect
})

/** A model may say 0 or 1, whose logit is infinite: taken as one in a thousand away from it. */
function logit(probability: number): number {
  const inner = Math.min(0.999, Math.max(0.001, probability))
  return Math.log(inner / (1 - inner))
}
