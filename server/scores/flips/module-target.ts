import type { InferenceModule } from '../../../core/inference-module.ts'
import type { InferenceRuntime } from '../../../inference/runtime/runtime.ts'
import type { Answer, FlipTarget, Question } from './question.ts'
import { ATTRIBUTES, type Demographics } from './twins.ts'
import { whatIsRead } from './what-is-read.ts'

/** A stay or recording as input of the module's `run`, as anybody. */
export interface ModuleStay {
  /** The input with that person in it; equal inputs for two people: the attribute is not part of it. */
  inputOf(person: Demographics): object
}

export interface ModuleTargetOptions {
  runtime: Pick<InferenceRuntime, 'run'> & Partial<Pick<InferenceRuntime, 'model'>>
  policy: Record<string, unknown>
  /** Runs in flight. */
  parallel?: number
  onProgress?(done: number, of: number): void
}

/**
 * A module asked through its runtime, on the path that is served. What is informative: what-is-read.ts.
 */
export function moduleTarget(
  module: InferenceModule,
  { runtime, policy, parallel = 4, onProgress }: ModuleTargetOptions
): FlipTarget<ModuleStay> {
  const asksModel = (policy['predictor'] as { kind?: unknown } | undefined)?.kind === 'language-model'
  const read = whatIsRead(module, runtime, policy)
  const isMeasuring = module.judge !== undefined
  const ask = async (question: Question<ModuleStay>): Promise<Answer> => {
    const input = question.stay.inputOf(question.person)
    // Of a language model every flip of its own would be a call.
    const flips = isAsRecorded(question) && !asksModel
    const findings = await runtime.run<object>(module.manifest.id, input, { ...policy, flips }, { waitMs: 600_000 })
    if (flips) read.noteFindings(findings)
    return answerOf(module, findings)
  }
  return {
    name: module.manifest.id,
    scale: { unit: isMeasuring ? 'measurement' : 'probability', min: 0, max: 1 },
    isInput: read.isInput,
    async ask(questions) {
      const answers = new Map<string, Answer>()
      const queue = questions.values()
      await Promise.all(
        Array.from({ length: parallel }, async () => {
          for (const question of queue) {
            answers.set(question.id, await ask(question))
            onProgress?.(answers.size, questions.length)
          }
        })
      )
      const recorded = new Map(questions.filter(isAsRecorded).map((question) => [question.stay, question]))
      for (const { id, stay, person } of questions) {
        const first = recorded.get(stay)
        const attribute = ATTRIBUTES.find((one) => id.split('/')[1]?.startsWith(one))
        if (!first || !attribute) continue
        read.noteInput(attribute, stay.inputOf(person), stay.inputOf(first.person))
        read.noteAnswers(attribute, answers.get(first.id)!, answers.get(id)!)
      }
      return answers
    }
  }
}

const isAsRecorded = ({ id }: { id: string }): boolean => !id.includes('/')

/** Label of cap-icu's first 24 hours; further ones stand behind the name, as in `evaluate` ('served.48h'). */
const LEADING = 'death'

/** Probabilities by label, and beside the served one what the predictor said before any case was shown to it. */
function answerOf(module: InferenceModule, findings: object): Answer {
  const scores = module.scores?.(findings)
  if (!scores) return { refused: 'no-score' }
  if (isRefusal(scores)) return { refused: scores.refused }
  const { variants, features, measurement } = findings as {
    variants?: { base?: number }
    features?: Record<string, number | null>
    measurement?: { features?: Measured[] }
  }
  if (measurement?.features) return { values: measured(measurement.features) }
  const [first, ...others] = Object.entries(scores)
  if (!first) return { refused: 'no-score' }
  const [label, value] = first
  const suffix = label === LEADING ? '' : `.${label}`
  const values =
    others.length > 0
      ? Object.fromEntries([first, ...others])
      : { [`served${suffix}`]: value, ...(variants?.base === undefined ? {} : { [`base${suffix}`]: variants.base }) }
  return {
    values,
    ...(features ? { inputs: features } : {})
  }
}

interface Measured {
  id: string
  lead?: string
  value?: number
}

const measured = (features: readonly Measured[]): Record<string, number> =>
  Object.fromEntries(
    features.flatMap(({ id, lead, value }) => (value === undefined ? [] : [[lead ? `${id} ${lead}` : id, value]]))
  )

const isRefusal = (scores: { refused: string } | Record<string, number>): scores is { refused: string } =>
  typeof (scores as { refused?: unknown }).refused === 'string'
