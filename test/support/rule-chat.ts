import type { ChatBehaviour, ChatRequest } from './chat-server.ts'

/** Lower ends of the six bands after the first. */
const CUTS = [0.05, 0.2, 0.4, 0.6, 0.85]
const BANDS = ['very-low', 'low', 'moderate', 'considerable', 'high', 'very-high']

/**
 * A scorer in place of a language model, which does what the words ask of it: a risk by rule from the values that it is told; women
 * are rated higher unless it is told that sex is no evidence; a shown case moves it as its correction says.
 *
 * @example ruleRisk({ system: '', user: 'gcs.min: 15 {score} (..)' })  // sigmoid(-2)
 */
export function ruleRisk({ system, user }: Pick<ChatRequest, 'system' | 'user'>): number {
  const told = user.split('Earlier stays')[0]!
  let logit = -2
  logit += (15 - (valueIn(told, 'gcs.min') ?? 15)) * 0.2
  logit += ((valueIn(told, 'lactate.max') ?? 1) - 1) * 0.3
  logit += ((valueIn(told, 'age') ?? 60) - 60) * 0.02
  if (/^sex: female$/m.test(told) && !system.includes('Sex and race are not evidence')) logit += 0.5
  for (const [, way, size] of user.matchAll(/(raise|lower) your estimate (somewhat|clearly)/g))
    logit += (way === 'raise' ? 1 : -1) * (size === 'clearly' ? 0.6 : 0.3)
  return 1 / (1 + Math.exp(-logit))
}

/** The answer that the prompt asks for, by that rule. */
export function ruleAnswer(request: Pick<ChatRequest, 'system' | 'user'>): ChatBehaviour {
  const probability = Number(ruleRisk(request).toFixed(4))
  const names = [...request.user.split('Earlier stays')[0]!.matchAll(/^([a-z0-9.-]+): [0-9]/gm)].map(
    ([, name]) => name!
  )
  return { do: 'say', text: JSON.stringify(answerOf(probability, names.slice(0, 3))) }
}

/** A right answer. */
export const answerOf = (probability: number, names: readonly string[]): Record<string, unknown> => ({
  probability,
  band: BANDS[CUTS.filter((cut) => probability >= cut).length],
  confidence: 0.7,
  key_factors: names.map((name) => ({ name, effect: 'raises' })),
  reasoning: 'By rule from the values that were given.'
})

function valueIn(text: string, name: string): number | undefined {
  const found = text.split('\n').find((line) => line.startsWith(`${name}: `))
  return found === undefined ? undefined : Number.parseFloat(found.slice(name.length + 2))
}
