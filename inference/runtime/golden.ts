import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { AppError } from '../../core/errors/app-error.ts'
import type { ModelFolder, ModelManifest, Tensor } from '../../core/model.ts'
import { readBounded } from './bounded-file.ts'

/** One golden vector of a model folder (specs README section K): an input and what another runtime answered. */
export interface GoldenVector {
  name: string
  kind?: 'simulated' | 'hostile' | 'real'
  /** Samples committed beside golden.json (float32 little-endian), or a record of the development data by path and sha256. */
  input?: string
  /** Of a model with several inputs, by the name of the input: the numbers themselves, or a file as in `input`. */
  inputs?: Record<string, number[] | string>
  path?: string
  sha256?: string
  /** Of a table or a file of many stays: which of them `path` means; `sha256` is then of its content. */
  record?: string
  /** Committed file with what the input was made of (a stay's values). */
  stay?: string
  /** Some of the features that a real stay gives. */
  features?: Record<string, number>
  /** Of a real record: every how many-th of its first samples, and how many, make the input; absent: all. */
  take?: { every: number; count: number }
  /** Long outputs are given by every n-th value only, counted over the whole output; absent: all. */
  every?: number
  expected: Record<string, unknown>
}

export interface Golden {
  tolerance: number
  vectors: GoldenVector[]
}

/** golden/golden.json of a folder; undefined when it has none. */
export async function readGolden(folder: Pick<ModelFolder, 'dir'>): Promise<Golden | undefined> {
  const text = await readFile(join(folder.dir, 'golden', 'golden.json'), 'utf8').catch(() => undefined)
  return text === undefined ? undefined : (JSON.parse(text) as Golden)
}

const MAX_INPUT_BYTES = 16 * 1024 * 1024
type Port = ModelManifest['inputs'][number]

/** The input that a recording fills: the signal, else the first. */
export const mainInput = (manifest: Pick<ModelManifest, 'inputs'>): Port =>
  manifest.inputs.find(({ shape }) => shape.length === 3) ?? manifest.inputs[0]!

/**
 * All inputs of a vector at batch 1. One that the vector does not name is zeros (no reference tracing, say); a lead mask has every
 * lead.
 *
 * @param main samples of the main input, where they do not come from the vector itself
 */
export async function goldenInputs(
  folder: Pick<ModelFolder, 'dir' | 'manifest'>,
  vector: GoldenVector,
  main?: Float32Array
): Promise<Record<string, Tensor>> {
  const inputs: Record<string, Tensor> = {}
  for (const port of folder.manifest.inputs) {
    const isMain = port === mainInput(folder.manifest)
    const isGiven = isMain || vector.inputs?.[port.name] !== undefined
    const data = isMain && main ? main : isGiven ? await committedInput(folder, vector, port.name) : undefined
    inputs[port.name] = data ? { dims: dimsAtBatch(port, 1), data } : restingInput(port, 1)
  }
  return inputs
}

/** What an input holds where nothing is said of it. */
export function restingInput(port: Port, batch: number): Tensor {
  const dims = dimsAtBatch(port, batch)
  const length = dims.reduce((product, size) => product * size, 1)
  return { dims, data: new Float32Array(length).fill(port.name === 'lead_mask' ? 1 : 0) }
}

/** The declared shape with a size for the free first dimension; other free ones are 1. */
export const dimsAtBatch = ({ shape }: Port, batch: number): number[] =>
  shape.map((size, axis) => (typeof size === 'number' && size > 0 ? size : axis === 0 ? batch : 1))

/** The committed input of a vector. @param port which of several inputs @returns Float32Array of all its samples */
export async function committedInput(
  folder: Pick<ModelFolder, 'dir'>,
  vector: GoldenVector,
  port?: string
): Promise<Float32Array> {
  const given = (port === undefined ? undefined : vector.inputs?.[port]) ?? vector.input ?? ''
  if (typeof given !== 'string') return Float32Array.from(given)
  // A plain name: what a folder of somebody else names must not lead out of it.
  const bytes = await readBounded(join(folder.dir, 'golden', basename(given)), MAX_INPUT_BYTES)
  return Float32Array.from({ length: bytes.length >> 2 }, (_, i) => bytes.readFloatLE(4 * i))
}

/** @throws AppError MODEL_CHANGED when a record of the data folder is not the one the vector was made from */
export function checkRecord(vector: GoldenVector, bytes: Uint8Array): void {
  if (createHash('sha256').update(bytes).digest('hex') !== vector.sha256) {
    throw new AppError('MODEL_CHANGED', { at: `golden ${vector.name}` })
  }
}

/** What a vector expects of one output, as numbers in the order of the labels; undefined when it says nothing of it. */
export function expectedValues(
  vector: GoldenVector,
  output: { name: string; labels?: { key: string }[] }
): number[] | undefined {
  const value = vector.expected[output.name]
  if (typeof value === 'number') return [value]
  if (Array.isArray(value)) return value as number[]
  if (typeof value !== 'object' || value === null) return undefined
  // By label, so that a changed order of columns shows as a wrong number under a right name.
  return (output.labels ?? []).map(({ key }) => (value as Record<string, number>)[key]!)
}
