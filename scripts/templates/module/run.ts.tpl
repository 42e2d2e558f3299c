import { AppError } from '../../../core/errors/app-error.ts'
import type { Models } from '../../../core/model.ts'
import { ROLE } from './manifest.ts'
import type { Findings, Input } from './types.ts'

const MIN_SAMPLES = 100

/** gate -> prepare -> infer. Runs in the worker. */
export async function run(input: Input, models: Models): Promise<Findings> {
  const code = gate(input)
  if (code) return { kind: 'refused', code }
  const { probability } = await models.infer(ROLE, { value: { dims: [1, 1], data: prepare(input) } })
  const value = probability?.data[0]
  if (value === undefined || !(value >= 0 && value <= 1)) throw new AppError('INFERENCE_FAILED', { reason: 'output' })
  return { kind: 'scored', probability: value }
}

/** The refusal code of an input that is too poor for a number. */
function gate({ samples }: Input): string | undefined {
  if (samples.length < MIN_SAMPLES) return 'too-short'
  if (samples.some((sample) => !Number.isFinite(sample))) return 'quality-unacceptable'
  return samples.every((sample) => sample === samples[0]) ? 'quality-unacceptable' : undefined
}

/** Mean absolute value, mV. */
function prepare({ samples }: Input): Float32Array {
  return Float32Array.of(samples.reduce((sum, sample) => sum + Math.abs(sample), 0) / samples.length)
}
