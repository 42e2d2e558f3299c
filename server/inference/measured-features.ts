import { join } from 'node:path'
import { AppError } from '../../core/errors/app-error.ts'
import type { EvaluationCase } from '../../core/inference-module.ts'
import type { Models } from '../../core/model.ts'
import { gate } from '../../inference/modules/ecgomics/gate.ts'
import { measure } from '../../inference/modules/ecgomics/measure.ts'
import { parametersOf } from '../../inference/modules/ecgomics/policy.ts'
import { inputFrom } from '../../inference/modules/ecgomics/recording.ts'
import { loadSession } from '../../inference/runtime/ort.ts'
import { readModelBytes, readModelFolder } from '../../inference/runtime/registry.ts'
import { SHIPPED_MODELS } from '../../inference/runtime/runtime.ts'
import type { Recording } from './recording.ts'

type Measured = (one: Pick<EvaluationCase, 'files' | 'groups'>) => Promise<Record<string, number> | undefined>

/**
 * What ECGomics measures of labelled recordings, by feature as scripts/ecgomics-feature-table.ts names it (`id` or `id|lead`); words and
 * what is absent are left out. Measured in this process, as that script does, with the shipped delineator, which is loaded by the first
 * that asks: a command that judges a folder is no server.
 *
 * @returns undefined of a recording that passes no gate
 */
export function measuredFeatures(decode: (files: readonly string[]) => Promise<Recording>): Measured {
  const parameters = parametersOf({ parameters: { bootstrapDraws: 0 } })
  let delineator: Promise<Models> | undefined
  return async ({ files, groups }) => {
    if (files.length === 0) return undefined
    const { waveform, age, sex } = await decode(files)
    const years = groups['age'] === undefined ? age : Number(groups['age'])
    const input = inputFrom({ waveform, age: years, sex: groups['sex'] ?? sex })
    const gated = gate(input, parameters)
    if (!gated.pass) return undefined
    delineator ??= shippedDelineator()
    const { features } = await measure(input, parameters, await delineator, gated.quality)
    return Object.fromEntries(
      features.flatMap(({ id, lead, value }) => (value === undefined ? [] : [[lead ? `${id}|${lead}` : id, value]]))
    )
  }
}

/** Without it the classical path measures alone, as it does for the server. */
async function shippedDelineator(): Promise<Models> {
  const unavailable = (): never => {
    throw new AppError('MODEL_UNAVAILABLE', { reason: 'role' })
  }
  const folder = await readModelFolder(join(SHIPPED_MODELS, 'ecg-delineator-1'), true).catch(() => undefined)
  if (!folder) return { manifest: unavailable, site: unavailable, asset: unavailable, infer: async () => unavailable() }
  const bytes = await readModelBytes(join(folder.dir, folder.manifest.file), folder.manifest.sha256)
  const session = await loadSession(bytes)
  return {
    manifest: () => folder.manifest,
    site: () => ({}),
    asset: unavailable,
    infer: (_role, inputs) => session.run(inputs)
  }
}
