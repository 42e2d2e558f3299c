import { AppError } from '../../../core/errors/app-error.ts'
import type { ModelManifest, Models, Tensor } from '../../../core/model.ts'
import { logit } from '../../decision/logit.ts'
import type { PreparedEcg } from '../../signal/preprocess/index.ts'
import type { Person } from './gate.ts'
import { ENCODER_ROLE } from './manifest.ts'
import type { Plan } from './plan.ts'

/** What the models say of one tracing, before anything is calibrated. Arrays by label, in the order of `keys`. */
export interface Answer {
  keys: readonly string[]
  /** Log odds, tracing and age and sex together. */
  current: Float64Array
  /** Log odds of age and sex alone. */
  ageSex?: Float64Array
  /** [label][year]: probability of onset in that year for who is free of it; years from 1. */
  hazard?: Float64Array[]
  /** The same from age and sex alone. */
  ageSexHazard?: Float64Array[]
  embedding?: Float32Array
}

const HIGHEST_LOGIT = 50

/**
 * One answer a tracing of the batch.
 *
 * @param ecg [batch, leads, samples]
 * @throws AppError MODEL_UNAVAILABLE reason `shape` for a model that asks for what is not given or says nothing; INFERENCE_FAILED
 *   reason `output` for what is no number
 */
export async function infer(ecg: PreparedEcg, person: Person, plan: Plan, models: Models): Promise<Answer[]> {
  const batch = ecg.dims[0]!
  const column = (value: number): Tensor => ({ dims: [batch, 1], data: new Float32Array(batch).fill(value) })
  const given: Record<string, Tensor> = {
    ecg,
    lead_mask: ecg.leadMask,
    age: column(person.age / 100),
    sex: column(person.sex === 'female' ? 1 : 0)
  }
  if (plan.kind === 'head') {
    const encoded = await models.infer(ENCODER_ROLE, inputsOf(plan.encoder, given))
    given['embedding'] = outputOf(plan.encoder, encoded, ({ role }) => role === 'embedding')!
  }
  const outputs = await models.infer(plan.role, inputsOf(plan.model, given))
  return answersOf(
    plan.model,
    { ...outputs, ...(plan.kind === 'head' ? { embedding: given['embedding']! } : {}) },
    batch
  )
}

function inputsOf({ inputs }: ModelManifest, given: Record<string, Tensor>): Record<string, Tensor> {
  return Object.fromEntries(
    inputs.map(({ name, shape }, i) => {
      const tensor = shape.length === 3 ? given['ecg'] : given[name]
      if (!tensor) throw new AppError('MODEL_UNAVAILABLE', { reason: 'shape', at: `model.json inputs[${i}]` })
      return [name, tensor]
    })
  )
}

type Output = ModelManifest['outputs'][number]

function outputOf(
  { outputs }: ModelManifest,
  said: Record<string, Tensor>,
  which: (output: Output) => boolean
): Tensor | undefined {
  const output = outputs.find(which)
  return output && said[output.name]
}

/** The output that says what is there now: named so, else the first with labels. */
export function currentOutput({ outputs }: ModelManifest): Output & { labels: NonNullable<Output['labels']> } {
  const labelled = outputs.filter(({ labels = [] }) => labels.length > 0)
  const found = labelled.find(({ name }) => name === 'current') ?? labelled[0]
  if (!found) throw new AppError('MODEL_UNAVAILABLE', { reason: 'shape', at: 'model.json outputs' })
  return { ...found, labels: found.labels! }
}

function answersOf(manifest: ModelManifest, said: Record<string, Tensor>, batch: number): Answer[] {
  const output = currentOutput(manifest)
  const keys = output.labels.map(({ key }) => key)
  const part = (tensor: Tensor | undefined, width: number): ((row: number) => Float64Array) | undefined => {
    if (!tensor) return undefined
    if (tensor.data.length !== batch * width) throw new AppError('INFERENCE_FAILED', { reason: 'output' })
    return (row) => finite(Float64Array.from(tensor.data.subarray(row * width, (row + 1) * width)))
  }
  const named = (name: string) => outputOf(manifest, said, (one) => one.name === name)
  const current = part(said[output.name], keys.length)
  if (!current) throw new AppError('INFERENCE_FAILED', { reason: 'output' })
  const ageSex = part(named('ageSex'), keys.length)
  const hazard = yearly(
    outputOf(manifest, said, ({ name, role }) => role === 'hazard' && !/agesex/i.test(name)),
    keys.length
  )
  // Of several outputs of hazards the one that names age and sex is theirs alone.
  const ageSexHazard = yearly(
    outputOf(manifest, said, ({ name, role }) => role === 'hazard' && /agesex/i.test(name)),
    keys.length
  )
  const embedding = said['embedding'] ?? outputOf(manifest, said, ({ role }) => role === 'embedding')
  const width = (embedding?.data.length ?? 0) / batch
  return Array.from({ length: batch }, (_, row) => ({
    keys,
    current: output.role === 'probability' ? current(row).map(logOdds) : current(row),
    ...(ageSex ? { ageSex: ageSex(row) } : {}),
    ...(hazard ? { hazard: hazard(row) } : {}),
    ...(ageSexHazard ? { ageSexHazard: ageSexHazard(row) } : {}),
    ...(embedding ? { embedding: embedding.data.slice(row * width, (row + 1) * width) } : {})
  }))
}

/** (batch, label, year) as rows of labels. */
function yearly(tensor: Tensor | undefined, labels: number): ((row: number) => Float64Array[]) | undefined {
  if (!tensor) return undefined
  const [, width, years = 0] = tensor.dims
  if (width !== labels || years < 1) throw new AppError('INFERENCE_FAILED', { reason: 'output' })
  return (row) =>
    Array.from({ length: labels }, (_, label) => {
      const from = (row * labels + label) * years
      const one = Float64Array.from(tensor.data.subarray(from, from + years))
      if (!one.every((value) => value >= 0 && value <= 1)) throw new AppError('INFERENCE_FAILED', { reason: 'output' })
      return one
    })
}

/** The mean of the clips of one recording, log odds and hazards year by year. */
export function meanOf(answers: readonly Answer[]): Answer {
  const [first] = answers
  if (!first || answers.length === 1) return first!
  const mean = (of: (answer: Answer) => Float64Array): Float64Array =>
    of(first).map((_, i) => answers.reduce((sum, answer) => sum + of(answer)[i]!, 0) / answers.length)
  const means = (of: (answer: Answer) => Float64Array[]): Float64Array[] =>
    of(first).map((_, i) => mean((answer) => of(answer)[i]!))
  return {
    keys: first.keys,
    current: mean(({ current }) => current),
    ...(first.ageSex ? { ageSex: mean(({ ageSex }) => ageSex!) } : {}),
    ...(first.hazard ? { hazard: means(({ hazard }) => hazard!) } : {}),
    ...(first.ageSexHazard ? { ageSexHazard: means(({ ageSexHazard }) => ageSexHazard!) } : {}),
    ...(first.embedding ? { embedding: Float32Array.from(mean(({ embedding }) => Float64Array.from(embedding!))) } : {})
  }
}

const logOdds = (p: number): number => Math.max(-HIGHEST_LOGIT, Math.min(HIGHEST_LOGIT, logit(p)))

function finite(values: Float64Array): Float64Array {
  if (!values.every(Number.isFinite)) throw new AppError('INFERENCE_FAILED', { reason: 'output' })
  return values
}
