import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { demographics } from '../../adapters/formats/wfdb/comments.ts'
import { readRecord, type WfdbRecord } from '../../adapters/formats/wfdb/record.ts'
import { loadRecordFiles } from '../../adapters/formats/wfdb/record-files.ts'
import { AppError } from '../../core/errors/app-error.ts'
import { sha256 } from '../../core/ids.ts'
import type { Waveform } from '../../core/waveform.ts'

/** One decoded recording with what its file says about the person. */
export interface Recording {
  waveform?: Waveform
  age?: number
  sex?: string
  /** sha256 of the (first) signal file: how training records are known again. */
  sha256?: string
}

/** What a person at the command line may load into memory: 24 h of three leads at 250 Hz and more. */
const MAX_FILE_SAMPLES = 100_000_000

/**
 * A WFDB record by the path of its header; signal files and segments lie beside it.
 *
 * @throws AppError DECODE_FAILED, UNIT_UNKNOWN, MESSAGE_TOO_LARGE, BAD_REQUEST (reason `file-missing`)
 */
export async function readWfdbRecord(path: string): Promise<WfdbRecord & { sha256?: string }> {
  const load = (name: string): Promise<Buffer> =>
    readFile(join(dirname(path), name)).catch((cause: unknown) => {
      throw new AppError('BAD_REQUEST', { reason: 'file-missing', at: 'signal file', cause })
    })
  const header = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new AppError('BAD_REQUEST', { reason: 'file-missing', at: '.hea', cause })
  })
  const files = await loadRecordFiles(header, load)
  const first = [...files].find(([name]) => !name.endsWith('.hea'))?.[1]
  return {
    ...readRecord(header, (name) => files.get(name), { maxSamples: MAX_FILE_SAMPLES }),
    ...(first ? { sha256: sha256(first) } : {})
  }
}

/**
 * A WFDB record as a recording of a person.
 *
 * @param files paths, of which one ends in .hea; the others are found beside it by the names in the header
 * @throws as `readWfdbRecord`
 */
export async function readWfdbFiles(files: readonly string[]): Promise<Recording> {
  const { waveforms, header, sha256 } = await readWfdbRecord(files.find((file) => file.endsWith('.hea')) ?? '')
  return { waveform: waveforms[0], ...demographics(header.comments), sha256 }
}
