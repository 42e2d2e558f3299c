import { readFile } from 'node:fs/promises'
import { AppError } from '../../core/errors/app-error.ts'
import { sha256 } from '../../core/ids.ts'
import type { Waveform } from '../../core/waveform.ts'
import { demographics, readWfdb } from '../../inference/signal/wfdb.ts'

/** One decoded recording with what its file says about the person. */
export interface Recording {
  waveform?: Waveform
  age?: number
  sex?: string
  /** sha256 of the signal file: how training records are known again. */
  sha256?: string
}

/**
 * A WFDB record from its two files.
 *
 * @param files paths, of which one ends in .hea and one in .dat
 * @throws AppError DECODE_FAILED, UNIT_UNKNOWN, BAD_REQUEST (reason `file-missing`)
 */
export async function readWfdbFiles(files: readonly string[]): Promise<Recording> {
  const [header, data] = await Promise.all(
    ['.hea', '.dat'].map((end) => {
      const path = files.find((file) => file.endsWith(end))
      return readFile(path ?? '').catch((cause: unknown) => {
        throw new AppError('BAD_REQUEST', { reason: 'file-missing', at: end, cause })
      })
    })
  )
  const read = readWfdb(header!.toString('utf8'), data!)
  return { waveform: read.waveform, ...demographics(read.header.comments), sha256: sha256(data!) }
}
