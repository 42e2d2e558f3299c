import { type ProxyRow, type ProxyStay, proxyRows } from './proxy.ts'
import type { Answer, FlipTarget, Question } from './question.ts'
import { type FlipChange, type FlipRow, flipRows } from './summarise.ts'
import { type Attribute, type Demographics, type Twin, twinsOf } from './twins.ts'

export interface FlipAudit {
  target: string
  scale: FlipTarget<unknown>['scale']
  /** Stays asked about; those whose recorded version got a number. */
  stays: number
  answered: number
  /** Questions (stays and twins) by what came back. */
  questions: { asked: number; answered: number; refused: Record<string, number>; unanswered: Record<string, number> }
  rows: FlipRow[]
  /** Whether the inputs tell the attributes anyway; empty where the inputs are not numbers that we know. */
  proxies: ProxyRow[]
  changes: FlipChange[]
}

export interface AuditedStay<Stay> {
  id: string
  /** Whose stay it is, where one person has several: they are drawn together. Default: the stay itself. */
  patient?: string
  stay: Stay
  person: Demographics
}

/**
 * Asks a predictor about every stay and its twins, and says what the one changed attribute did. A twin counts only where both
 * it and its stay got a number.
 *
 * @param draws of the bootstrap, by stay
 */
export async function auditFlips<Stay>(
  target: FlipTarget<Stay>,
  stays: readonly AuditedStay<Stay>[],
  { attributes, draws = 2000 }: { attributes: readonly Attribute[]; draws?: number }
): Promise<FlipAudit> {
  const withTwins = stays.map((one) => ({ one, twins: twinsOf(one.person, attributes) }))
  const questions = withTwins.flatMap(({ one, twins }): Question<Stay>[] => [
    { id: one.id, stay: one.stay, person: one.person },
    ...twins.map((twin) => ({ id: idOf(one.id, twin), stay: one.stay, person: twin.person }))
  ])
  const answers = await target.ask(questions)
  const changes = withTwins.flatMap(({ one, twins }) =>
    twins.flatMap((twin) =>
      changesOf(one, twin, { before: answers.get(one.id), after: answers.get(idOf(one.id, twin)) })
    )
  )
  return {
    target: target.name,
    scale: target.scale,
    stays: stays.length,
    answered: stays.filter(({ id }) => isNumber(answers.get(id))).length,
    questions: tally(questions, answers),
    rows: flipRows(changes, { target, draws }),
    proxies: proxyRows(proxyStays(stays, answers), { attributes, draws }),
    changes
  }
}

/** Of each person the first stay whose inputs are known. */
function proxyStays(stays: readonly AuditedStay<unknown>[], answers: ReadonlyMap<string, Answer>): ProxyStay[] {
  const found = new Map<string, ProxyStay>()
  for (const { id, patient = id, person } of stays) {
    const answer = answers.get(id)
    if (isNumber(answer) && answer.inputs && !found.has(patient))
      found.set(patient, { id: patient, person, inputs: answer.inputs })
  }
  return [...found.values()]
}

const idOf = (stay: string, twin: Twin): string => `${stay}/${twin.name}`

function changesOf(
  { id: stay, patient = stay }: Pick<AuditedStay<unknown>, 'id' | 'patient'>,
  twin: Twin,
  answers: { before?: Answer; after?: Answer }
): FlipChange[] {
  const { before, after } = answers
  if (!isNumber(before) || !isNumber(after)) return []
  return Object.entries(before.values).flatMap(([variant, recorded]) => {
    const flipped = after.values[variant]
    if (flipped === undefined) return []
    const { attribute, contrast, name, sign } = twin
    return [
      {
        stay,
        patient,
        twin: name,
        attribute,
        contrast,
        variant,
        recorded,
        flipped,
        change: sign * (flipped - recorded)
      }
    ]
  })
}

const isNumber = (answer: Answer | undefined): answer is Extract<Answer, { values: object }> =>
  answer !== undefined && 'values' in answer

function tally(questions: readonly { id: string }[], answers: ReadonlyMap<string, Answer>): FlipAudit['questions'] {
  const out: FlipAudit['questions'] = { asked: questions.length, answered: 0, refused: {}, unanswered: {} }
  for (const { id } of questions) {
    const answer: Answer = answers.get(id) ?? { unanswered: 'silent' }
    if ('values' in answer) out.answered++
    else if ('refused' in answer) out.refused[answer.refused] = (out.refused[answer.refused] ?? 0) + 1
    else out.unanswered[answer.unanswered] = (out.unanswered[answer.unanswered] ?? 0) + 1
  }
  return out
}
