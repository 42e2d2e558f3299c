import { readdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { AppError, asAppError } from '../../core/errors/app-error.ts'
import { sha256 } from '../../core/ids.ts'
import type { InferenceModule } from '../../core/inference-module.ts'
import type { EcgomicsFindings } from '../../inference/modules/ecgomics/types.ts'
import type { InferenceRuntime } from '../../inference/runtime/runtime.ts'
import type { Recording } from '../inference/recording.ts'
import type { Pseudonym } from './pseudonym.ts'
import { type ExportedTracing, shownAge } from './tracing.ts'

/** Files that hold a recording by their name; a WFDB record goes by its header. */
const RECORDING = /\.(?:hea|zip|dcm|scp|ecg|xml|edf|bdf|csv|hl7|json)$/i

export interface FolderOptions {
  module: InferenceModule
  runtime: InferenceRuntime
  policy: Record<string, unknown>
  pseudonym: Pseudonym
  read(file: string): Promise<Recording>
  /** Told of a file that gives no tracing, by code. */
  onSkipped(file: string, code: string): void
}

/**
 * The recordings below a folder, measured one after the other; nothing is stored. A file that cannot be read or measured is
 * passed over and told of.
 *
 * @throws AppError BAD_REQUEST reason `no-recordings`
 */
export async function* tracingsInFolder(dir: string, options: FolderOptions): AsyncIterable<ExportedTracing> {
  const files = await recordingFiles(dir)
  if (files.length === 0) throw new AppError('BAD_REQUEST', { reason: 'no-recordings', at: '--data' })
  for (const file of files) {
    const name = relative(dir, file)
    const measured = await measure(file, options)
    if ('skipped' in measured) {
      options.onSkipped(name, measured.skipped)
      continue
    }
    const { findings, sha256: digest } = measured
    const tracing = options.pseudonym('tracing', digest ?? sha256(name))
    const { age, sex } = findings.person
    const { features } = findings.measurement
    yield { tracing, patient: tracing, age: shownAge(age), sex, synthetic: false, file: name, features }
  }
}

type Measured = Extract<EcgomicsFindings, { kind: 'measured' }>

async function measure(
  file: string,
  { module, runtime, policy, read }: FolderOptions
): Promise<{ findings: Measured; sha256?: string } | { skipped: string }> {
  try {
    const recording = await read(file)
    const findings = await runtime.run<EcgomicsFindings>(module.manifest.id, module.inputFrom!(recording), policy)
    return findings.kind === 'refused' ? { skipped: findings.code } : { findings, sha256: recording.sha256 }
  } catch (error) {
    const { code } = asAppError(error)
    // A fault of ours is not the file's.
    if (code === 'INTERNAL') throw error
    return { skipped: code }
  }
}

async function recordingFiles(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true }).catch((cause: unknown) => {
    throw new AppError('BAD_REQUEST', { reason: 'file-missing', at: '--data', cause })
  })
  return entries
    .filter((entry) => entry.isFile() && RECORDING.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}
