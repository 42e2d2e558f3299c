import { AppError } from '../../core/errors/app-error.ts'
import type { EvaluationCase } from '../../core/inference-module.ts'
import type { Models } from '../../core/model.ts'
import { gate } from '../../inference/modules/ecgomics/gate.ts'
import { measure } from '../../inference/modules/ecgomics/measure.ts'
import { parametersOf } from '../../inference/modules/ecgomics/policy.ts'
import { inputFrom } from '../../inference/modules/ecgomics/recording.ts'
import type { Recording } from './recording.ts'

/** By the classical path alone and without intervals: what a baseline is compared on must not depend on another model. */
const PARAMETERS = { parameters: { delineator: 'classical', bootstrapDraws: 0 } }

/**
 * What ECGomics measures of one labelled recording, by feature as the wide export names it; words and what is absent are left out.
 *
 * @returns undefined where the recording cannot be read or passes no gate
 */
export async function measuredFeatures(
  { files, groups }: Pick<EvaluationCase, 'files' | 'groups'>,
  decode: (files: readonly string[]) => Promise<Recording>
): Promise<Record<string, number> | undefined> {
  if (files.length === 0) return undefined
  const { waveform, age, sex } = await decode(files)
  const years = groups['age'] === undefined ? age : Number(groups['age'])
  const input = inputFrom({ waveform, age: years, sex: groups['sex'] ?? sex })
  const parameters = parametersOf(PARAMETERS)
  const gated = gate(input, parameters)
  if (!gated.pass) return undefined
  const { features } = await measure(input, parameters, NO_MODELS, gated.quality)
  return Object.fromEntries(
    features.flatMap(({ id, lead, value }) => (value === undefined ? [] : [[lead ? `${id}@${lead}` : id, value]]))
  )
}

const none = (): never => {
  throw new AppError('MODEL_UNAVAILABLE', { reason: 'role' })
}
const NO_MODELS: Models = { manifest: none, site: none, asset: none, infer: async () => none() }
