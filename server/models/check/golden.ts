import { readFile } from 'node:fs/promises'
import { join, normalize } from 'node:path'
import { readWfdb } from '../../../adapters/formats/wfdb/record.ts'
import { AppError } from '../../../core/errors/app-error.ts'
import type { ModelFolder, Tensor } from '../../../core/model.ts'
import {
  checkRecord,
  expectedValues,
  type GoldenVector,
  goldenInputs,
  readGolden
} from '../../../inference/runtime/golden.ts'
import { isKnownEcgPreprocessing, prepareFor } from '../../../inference/signal/preprocess/index.ts'
import { differenceOf, type LoadedPair, run, shown } from './graph.ts'
import type { CheckRow } from './row.ts'

/** A folder may ask for less, not for more. */
const MAX_TOLERANCE = 1e-3
const DEFAULT_TOLERANCE = 1e-5
const MAX_VECTORS = 500

/**
 * Whether the folder answers here as it did where it was made (specs section K). Vectors of real records are read from the data
 * folder when it is there.
 *
 * @throws AppError MODEL_UNAVAILABLE reason `golden` with the name of the worst vector; MODEL_CHANGED for another record
 */
export async function checkGolden(
  folder: ModelFolder,
  { served }: LoadedPair,
  dataDir: string | undefined
): Promise<Omit<CheckRow, 'check'> | string> {
  const golden = await readGolden(folder).catch((cause: unknown) => {
    throw new AppError('MODEL_UNAVAILABLE', { reason: 'golden', at: 'golden.json', cause })
  })
  if (!golden) return { outcome: 'skipped', detail: 'none came with the folder' }
  const tolerance = Math.min(golden.tolerance ?? DEFAULT_TOLERANCE, MAX_TOLERANCE)
  const most = { difference: 0, name: '' }
  const skipped: string[] = []
  let compared = 0
  for (const vector of golden.vectors.slice(0, MAX_VECTORS)) {
    const inputs = await inputsOf(folder, vector, dataDir)
    if (typeof inputs === 'string') {
      skipped.push(inputs)
      continue
    }
    const difference = differenceFrom(vector, await run(served, inputs), folder)
    if (difference === undefined) continue
    compared++
    if (difference > most.difference) Object.assign(most, { difference, name: vector.name })
  }
  if (most.difference > tolerance) {
    throw new AppError('MODEL_UNAVAILABLE', { reason: 'golden', at: `${most.name} ${shown(most.difference)}` })
  }
  const left = skipped.length > 0 ? `; ${skipped.length} left out (${[...new Set(skipped)].join(', ')})` : ''
  if (compared === 0) return { outcome: 'skipped', detail: `none could be compared${left}` }
  return `${compared} as where they were made, to ${shown(most.difference)} of ${tolerance}${left}`
}

/** The inputs of a vector, or in words why it cannot be read here. */
async function inputsOf(
  folder: ModelFolder,
  vector: GoldenVector,
  dataDir: string | undefined
): Promise<Record<string, Tensor> | string> {
  if (!vector.path) return goldenInputs(folder, vector)
  if (vector.record !== undefined || vector.take) return 'its module makes the input'
  if (!isKnownEcgPreprocessing(folder.manifest.preprocessing.id)) return 'its module makes the input'
  const path = normalize(vector.path)
  if (dataDir === undefined || path.startsWith('..') || path.startsWith('/')) return 'no data folder'
  const base = join(dataDir, path.replace(/\.(?:dat|hea)$/, ''))
  const files = await Promise.all([readFile(`${base}.hea`, 'utf8'), readFile(`${base}.dat`)]).catch(() => undefined)
  if (!files) return 'record not in the data folder'
  checkRecord(vector, files[1])
  const { waveform } = readWfdb(files[0], files[1])
  const leads = waveform.leads.flatMap(({ mdc }, i) =>
    mdc === undefined ? [] : [{ mdc, samples: waveform.samples[i]! }]
  )
  const { data, dims } = prepareFor(folder.manifest, leads, waveform.rateHz)
  // Of a longer record the first clip: vectors are at batch 1.
  return goldenInputs(folder, vector, data.subarray(0, data.length / dims[0]!))
}

/** Largest difference over the outputs that the vector speaks of; undefined where it speaks of none. */
function differenceFrom(
  vector: GoldenVector,
  outputs: Record<string, Tensor>,
  { manifest }: ModelFolder
): number | undefined {
  let most: number | undefined
  for (const output of manifest.outputs) {
    const expected = expectedValues(vector, output)
    if (!expected) continue
    const all = outputs[output.name]?.data ?? new Float32Array()
    const values = Array.from(all).filter((_, i) => i % (vector.every ?? 1) === 0)
    most = Math.max(most ?? 0, values.length === expected.length ? 0 : Number.POSITIVE_INFINITY)
    for (const [i, value] of values.entries()) most = Math.max(most, differenceOf(value, expected[i] ?? Number.NaN))
  }
  return most
}
