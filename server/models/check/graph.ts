import { join } from 'node:path'
import { AppError } from '../../../core/errors/app-error.ts'
import type { ModelFolder, Tensor } from '../../../core/model.ts'
import { dimsAtBatch, restingInput } from '../../../inference/runtime/golden.ts'
import { checkPorts, warmUpInputs } from '../../../inference/runtime/manifest.ts'
import { loadSession, type Session } from '../../../inference/runtime/ort.ts'
import { readModelBytes } from '../../../inference/runtime/registry.ts'
import { seededRandom } from '../../../inference/signal/seeded-random.ts'
import type { CheckRow } from './row.ts'

/** The graph as it is served and as it is written down, beside each other. */
export interface LoadedPair {
  served: Session
  plain: Session
  release(): Promise<void>
}

type Answer = Omit<CheckRow, 'check'> | string

/** Values between optimised and plain graph may differ by this part of 1, or of the value where that is larger: sums in another order. */
export const PARITY_TOLERANCE = 2e-4
const SEEDS = [1, 2, 3]
const LATENCY_RUNS = 30

/** @throws AppError MODEL_UNAVAILABLE reasons `load`, `shape`; MODEL_CHANGED */
export async function loadPair({ dir, manifest }: ModelFolder): Promise<LoadedPair> {
  const path = join(dir, manifest.file)
  const session = async (optimization: 'all' | 'disabled') =>
    loadSession(await readModelBytes(path, manifest.sha256), { optimization })
  const served = await session('all')
  try {
    checkPorts(manifest, served)
    await run(served, warmUpInputs(manifest))
    const plain = await session('disabled')
    return { served, plain, release: async () => void (await Promise.all([served.release(), plain.release()])) }
  } catch (error) {
    await served.release()
    throw error
  }
}

/** Inputs that are like none of a person and like each other every time: a signal with slow and fast parts, ages, switches. */
export function madeInputs(
  { manifest }: Pick<ModelFolder, 'manifest'>,
  seed: number,
  batch: number
): Record<string, Tensor> {
  const random = seededRandom(seed)
  return Object.fromEntries(
    manifest.inputs.map((port) => {
      const dims = dimsAtBatch(port, batch)
      const resting = restingInput(port, batch)
      if (port.name === 'lead_mask' || dims.length < 2) return [port.name, resting]
      const row = dims.at(-1)!
      const one = (i: number) =>
        dims.length === 3 ? Math.sin((i % row) / (20 + 7 * seed)) + 0.4 * (random() - 0.5) : random()
      return [port.name, { dims, data: resting.data.map((_, i) => one(i)) }]
    })
  )
}

/** Whether several recordings may go in at once: a strip of 30 s is three. */
export async function checkBatch(folder: ModelFolder, { served }: LoadedPair): Promise<Answer> {
  if (folder.manifest.inputs.some(({ shape }) => typeof shape[0] === 'number')) {
    return { outcome: 'remark', detail: 'one recording at a time: a strip of 30 s, three at once, is refused' }
  }
  const three = await run(served, madeInputs(folder, 1, 3))
  const ones = Object.fromEntries(
    Object.entries(madeInputs(folder, 1, 3)).map(([name, { dims, data }]) => {
      const width = data.length / 3
      return [name, { dims: [1, ...dims.slice(1)], data: data.slice(width, 2 * width) }]
    })
  )
  const alone = await run(served, ones)
  const middle = Object.fromEntries(
    Object.entries(three).map(([name, { dims, data }]) => {
      const width = data.length / 3
      return [name, { dims, data: data.slice(width, 2 * width) }]
    })
  )
  const difference = worst(middle, alone)
  if (difference > PARITY_TOLERANCE) throw new AppError('MODEL_UNAVAILABLE', { reason: 'batch', at: shown(difference) })
  return `three at once as one after the other, to ${shown(difference)}`
}

/**
 * The graph gives numbers, and optimisation does not change them: a zero Pad before a MaxPool is folded wrongly (specs section F).
 *
 * @throws AppError MODEL_UNAVAILABLE reasons `not-finite` at the output (weights that are no numbers agree with themselves), `parity`
 */
export async function checkParity(folder: ModelFolder, { served, plain }: LoadedPair): Promise<Answer> {
  let difference = 0
  for (const seed of SEEDS) {
    const inputs = madeInputs(folder, seed, 1)
    const answer = await run(served, inputs)
    const wrong = Object.entries(answer).find(([, { data }]) => !data.every(Number.isFinite))
    if (wrong) throw new AppError('MODEL_UNAVAILABLE', { reason: 'not-finite', at: wrong[0] })
    difference = Math.max(difference, worst(answer, await run(plain, inputs)))
  }
  if (difference > PARITY_TOLERANCE)
    throw new AppError('MODEL_UNAVAILABLE', { reason: 'parity', at: shown(difference) })
  return `optimised and plain graph agree to ${shown(difference)} of ${PARITY_TOLERANCE} on ${SEEDS.length} made inputs`
}

/** How long one answer takes on one thread of this machine. */
export async function latencyOf(folder: ModelFolder, { served }: LoadedPair): Promise<Answer> {
  const inputs = madeInputs(folder, 1, 1)
  const times: number[] = []
  for (let i = 0; i < LATENCY_RUNS; i++) {
    const began = performance.now()
    await served.run(inputs)
    times.push(performance.now() - began)
  }
  times.sort((a, b) => a - b)
  const at = (q: number) => times[Math.ceil(q * times.length) - 1]!.toFixed(1)
  return `${at(0.5)} ms median, ${at(0.95)} ms p95 on one thread of this machine`
}

/** @throws AppError MODEL_UNAVAILABLE reason `run`: the graph does not take its own inputs */
export async function run(session: Session, inputs: Record<string, Tensor>): Promise<Record<string, Tensor>> {
  try {
    const outputs = await session.run(inputs)
    // The runtime owns the memory of its outputs.
    return Object.fromEntries(
      Object.entries(outputs).map(([name, { dims, data }]) => [name, { dims, data: Float32Array.from(data) }])
    )
  } catch (cause) {
    throw new AppError('MODEL_UNAVAILABLE', { reason: 'run', cause })
  }
}

/** Largest difference over all outputs, relative where values exceed 1; Infinity where one is a number and the other is not. */
export function worst(a: Record<string, Tensor>, b: Record<string, Tensor>): number {
  let most = 0
  for (const [name, { data }] of Object.entries(a)) {
    const other = b[name]?.data
    if (other?.length !== data.length) return Number.POSITIVE_INFINITY
    for (const [i, value] of data.entries()) most = Math.max(most, differenceOf(value, other[i]!))
  }
  return most
}

export function differenceOf(value: number, other: number): number {
  if (Object.is(value, other)) return 0
  const difference = Math.abs(value - other) / Math.max(1, Math.abs(other))
  return Number.isFinite(difference) ? difference : Number.POSITIVE_INFINITY
}

export const shown = (difference: number): string => difference.toExponential(1)
