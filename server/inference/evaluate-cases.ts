import { AppError, asAppError } from '../../core/errors/app-error.ts'
import type { EvaluationCase, InferenceModule } from '../../core/inference-module.ts'
import type { EvaluateOptions } from './evaluation.ts'
import { readWfdbFiles } from './recording.ts'
import { trainingHashes } from './training-records.ts'

/** What a folder gave. */
export interface JudgedFolder {
  judged: Judged[]
  /** Cases that the module refused to score. */
  abstained: Omit<EvaluationCase, 'input'>[]
  /** Records left out, by code: a record with several cases counts once. */
  refused: Map<string, number>
  /** Label keys in the order in which the data set first names them: the first leads. */
  labels: string[]
}

/** One case that was scored. */
export interface Judged {
  one: Omit<EvaluationCase, 'input'>
  findings: unknown
  /** By label key. */
  scores: Record<string, number>
}

/**
 * Runs every case of a folder on the served path, some at a time, and sorts them by record and as they came: parallel runs
 * end in any order, and the bootstrap must not depend on it.
 */
export async function judgeCases(
  module: InferenceModule,
  dir: string,
  options: EvaluateOptions
): Promise<JudgedFolder> {
  const { runtime, policy = {}, includeTraining = false } = options
  const training = includeTraining ? new Set<string>() : await seenBy(module, runtime)
  const found: { judged: Judged; place: number }[] = []
  const abstained: { one: Omit<EvaluationCase, 'input'>; place: number }[] = []
  const refused = new Map<string, Set<string>>()
  const labels = new Set<string>()
  let cases = 0
  await forEachParallel(module.dataset!(dir), options.parallel ?? 8, async (one) => {
    const place = cases++
    const leaveOut = (code: string): void => {
      refused.set(code, (refused.get(code) ?? new Set()).add(one.recordId))
    }
    for (const label of Object.keys(one.labels)) labels.add(label)
    if (one.refused !== undefined) return leaveOut(one.refused)
    const read = await inputOf(module, one, options)
    if ('refused' in read) return leaveOut(read.refused)
    const { input, sha256 } = read
    if (sha256 !== undefined && training.has(sha256)) return leaveOut('training-record')
    const findings = await runtime.run(module.manifest.id, input(), policy, { waitMs: 600_000 }).catch(unavailable)
    if (findings === MODEL_UNAVAILABLE) return leaveOut(MODEL_UNAVAILABLE)
    const scores = module.scores!(findings)
    const { input: _input, ...rest } = one
    if (isRefusal(scores)) {
      leaveOut(scores.refused)
      abstained.push({ one: rest, place })
    } else found.push({ judged: { one: rest, findings, scores }, place })
    options.onProgress?.(found.length)
  })
  found.sort((a, b) => compareTexts(a.judged.one.recordId, b.judged.one.recordId) || a.place - b.place)
  abstained.sort((a, b) => a.place - b.place)
  return {
    judged: found.map(({ judged }) => judged),
    abstained: abstained.map(({ one }) => one),
    refused: new Map([...refused].map(([code, records]) => [code, records.size])),
    labels: [...labels]
  }
}

/** sha256 of the records that any model of the module has seen: one stay may be asked of several. */
async function seenBy(module: InferenceModule, runtime: EvaluateOptions['runtime']): Promise<Set<string>> {
  const seen = new Set<string>()
  for (const role of module.manifest.models) {
    try {
      for (const hash of await trainingHashes(runtime.model(role))) seen.add(hash)
    } catch (error) {
      // A model that cannot serve cannot be judged either; the one that must serve was asked for before.
      if (!(error instanceof AppError && error.code === 'MODEL_UNAVAILABLE')) throw error
    }
  }
  return seen
}

/**
 * The input of a table's row as it is; that of a recording once its files are read and decoded. One record that cannot be read is
 * no reason to judge none: it is left out under what is wrong with it.
 */
async function inputOf(
  module: InferenceModule,
  one: EvaluationCase,
  options: EvaluateOptions
): Promise<{ input: () => unknown; sha256: string | undefined } | { refused: string }> {
  if (one.input !== undefined) return { input: () => one.input, sha256: one.sha256 }
  if (!module.inputFrom) throw new AppError('BAD_REQUEST', { reason: 'no-dataset' })
  const decode = options.decode ?? readWfdbFiles
  const recording = await decode(one.files).catch(unreadable('record'))
  if ('refused' in recording) return recording
  const earlier = one.reference && (await decode(one.reference.files).catch(unreadable('reference')))
  if (earlier && 'refused' in earlier) return earlier
  const age = one.groups['age'] === undefined ? recording.age : Number(one.groups['age'])
  const input = () => {
    const made = module.inputFrom!({
      waveform: recording.waveform,
      age,
      sex: one.groups['sex'] ?? recording.sex,
      ...(one.reference ? { reference: { recordId: one.reference.recordId, waveform: earlier?.waveform } } : {})
    })
    return age === undefined ? { ...(made as object), adultVouched: true } : made
  }
  return { input, sha256: one.sha256 ?? recording.sha256 }
}

/** Why a recording could not be read; anything but its own fault ends the command. */
const unreadable =
  (which: 'record' | 'reference') =>
  (error: unknown): { refused: string } => {
    const { code, reason } = asAppError(error)
    if (reason === 'file-missing') return { refused: `${which}-missing` }
    if (code === 'UNIT_UNKNOWN' && which === 'record') return { refused: 'unit-unknown' }
    if (UNREADABLE.has(code)) return { refused: `${which}-unreadable` }
    throw error
  }

const UNREADABLE: ReadonlySet<string> = new Set([
  'DECODE_FAILED',
  'UNIT_UNKNOWN',
  'WAVEFORM_INCONSISTENT',
  'MESSAGE_TOO_LARGE'
])

const MODEL_UNAVAILABLE = 'model-unavailable'

/** A case may ask for another model than the one that serves the leading label (another moment); what has none is counted. */
function unavailable(error: unknown): typeof MODEL_UNAVAILABLE {
  if (asAppError(error).code === 'MODEL_UNAVAILABLE') return MODEL_UNAVAILABLE
  throw error
}

const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const isRefusal = (scores: { refused: string } | Record<string, number>): scores is { refused: string } =>
  typeof (scores as { refused?: unknown }).refused === 'string'

/**
 * Takes from the source only as fast as the work ends: memory stays bounded on any folder. The first failure ends it, once what
 * runs beside it has ended as well.
 */
async function forEachParallel<T>(
  source: AsyncIterable<T>,
  parallel: number,
  work: (item: T) => Promise<void>
): Promise<void> {
  const running = new Set<Promise<void>>()
  const failures: unknown[] = []
  for await (const item of source) {
    const task = work(item)
      .catch((error: unknown) => {
        failures.push(error)
      })
      .finally(() => running.delete(task))
    running.add(task)
    if (running.size >= parallel) await Promise.race(running)
    if (failures.length > 0) break
  }
  await Promise.all(running)
  if (failures.length > 0) throw failures[0]
}
