import type { InferenceModule } from '../../../core/inference-module.ts'
import type { InferenceRuntime } from '../../../inference/runtime/runtime.ts'
import type { Answer, FlipTarget, Question } from './question.ts'
import type { Attribute, Demographics } from './twins.ts'

/** A stay or recording as input of the module's `run`, as anybody. */
export interface ModuleStay {
  /** The input with that person in it; equal inputs for two people: the attribute is not part of it. */
  inputOf(person: Demographics): object
}

export interface ModuleTargetOptions {
  runtime: Pick<InferenceRuntime, 'run'>
  policy: Record<string, unknown>
  /** Runs in flight. */
  parallel?: number
  onProgress?(done: number, of: number): void
}

/** What a module that flips by itself says of each attribute (cap-icu); others do not know. */
interface OwnFlip {
  attribute: Attribute
  change?: number
  baseChange?: number
}

/**
 * A module asked through its runtime, on the path that is served. For a local model sex and race are not informative
 * where nothing of the served path reads them: by the input (the module is not given the attribute), or by what the module itself
 * says of its flips.
 */
export function moduleTarget(
  module: InferenceModule,
  { runtime, policy, parallel = 4, onProgress }: ModuleTargetOptions
): FlipTarget<ModuleStay> {
  const read = new Map<string, boolean>()
  const asksModel = isLanguageModel(policy)
  const isMeasuring = module.judge !== undefined
  return {
    name: module.manifest.id,
    scale: { unit: isMeasuring ? 'measurement' : 'probability', min: 0, max: 1 },
    isInput(attribute, variant) {
      if (attribute === 'again') return true
      const [part] = variant.split('.')
      // Race is told to a language model only where the site says so; cases are chosen by it all the same.
      if (asksModel && attribute === 'race' && part === 'base') return sendsRace(policy)
      return read.get(`${attribute}|${part}`) ?? read.get(attribute) ?? false
    },
    async ask(questions) {
      const answers = new Map<string, Answer>()
      const recorded = new Map(questions.filter(isAsRecorded).map((question) => [question.stay, question.person]))
      const work = async (question: Question<ModuleStay>): Promise<void> => {
        const input = question.stay.inputOf(question.person)
        noteInput(read, question, { input, recorded: recorded.get(question.stay) })
        // The module's own flips cost a language model calls, and tell there what is known: a prompt holds every attribute.
        const flips = isAsRecorded(question) && !asksModel
        const findings = await runtime.run<object>(module.manifest.id, input, { ...policy, flips }, { waitMs: 600_000 })
        if (flips) noteFlips(read, findings)
        answers.set(question.id, answerOf(module, findings))
        onProgress?.(answers.size, questions.length)
      }
      const queue = questions.values()
      await Promise.all(
        Array.from({ length: parallel }, async () => {
          for (const question of queue) await work(question)
        })
      )
      return answers
    }
  }
}

const isAsRecorded = ({ id }: { id: string }): boolean => !id.includes('/')

const isLanguageModel = ({ predictor }: Record<string, unknown>): boolean =>
  (predictor as { kind?: unknown } | undefined)?.kind === 'language-model'

const sendsRace = ({ predictor }: Record<string, unknown>): boolean =>
  (predictor as { sendRace?: unknown } | undefined)?.sendRace === true

/** Whether the attribute of a twin reaches the input at all. */
function noteInput(
  read: Map<string, boolean>,
  { id, stay }: Question<ModuleStay>,
  { input, recorded }: { input: object; recorded: Demographics | undefined }
): void {
  const attribute = /^.*\/(sex|race|age)/.exec(id)?.[1]
  if (!attribute || !recorded || read.get(attribute)) return
  read.set(attribute, differs(input, stay.inputOf(recorded)))
}

/** Compares what is plain in two inputs: samples are the same ones. */
const differs = (one: object, other: object): boolean => plain(one) !== plain(other)
const plain = (input: object): string =>
  JSON.stringify(input, (_key, value: unknown) => (ArrayBuffer.isView(value) ? value.byteLength : value))

function noteFlips(read: Map<string, boolean>, findings: object): void {
  const { flips } = findings as { flips?: OwnFlip[] }
  for (const { attribute, change, baseChange } of flips ?? []) {
    const note = (variant: string, value: number | undefined): void => {
      const key = `${attribute}|${variant}`
      read.set(key, read.get(key) === true || value !== undefined)
    }
    note('served', change)
    note('base', baseChange)
  }
}

/** Label of cap-icu's first 24 hours; further ones stand behind the name, as in `evaluate` ('served.48h'). */
const LEADING = 'death'

/** Probabilities by label, and beside the served one what the predictor said before any case was shown to it. */
function answerOf(module: InferenceModule, findings: object): Answer {
  const scores = module.scores?.(findings)
  if (!scores) return { refused: 'no-score' }
  if (isRefusal(scores)) return { refused: scores.refused }
  const { variants, features } = findings as { variants?: { base?: number }; features?: unknown }
  if (Array.isArray(features)) return { values: measured(features as Measured[]) }
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
    ...(features && typeof features === 'object' ? { inputs: features as Record<string, number | null> } : {})
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
