import { open, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { streamSignal as streamEdf } from '../../adapters/formats/edf/stream.ts'
import { streamSignal as streamWfdb } from '../../adapters/formats/wfdb/stream.ts'
import { AppError } from '../../core/errors/app-error.ts'
import type { Lead } from '../../core/waveform.ts'

/** One signal of a file, read while it is asked for. */
export interface SignalFile {
  lead: Lead
  rateHz: number
  /** Samples in all, as far as the header says; 0 when it does not. */
  length: number
  /** Samples in the unit of the lead, NaN where one is missing. */
  chunks(): AsyncGenerator<Float64Array>
}

/**
 * One signal of a recording of any length, with bounded memory: WFDB by its .hea, EDF and BDF. Every chunk is read when it is
 * asked for, and no file stays open between two.
 *
 * @param name of the signal as the file has it ('II', 'MLII'), in any case; the first one by default
 * @throws AppError BAD_REQUEST reason `file-missing`, WAVEFORM_INCONSISTENT reason `no-waveform`, and what the formats throw
 */
export async function openSignal(path: string, { name }: { name?: string } = {}): Promise<SignalFile> {
  const range = (file: string, from: number, to: number): Promise<Uint8Array> => readRange(file, from, to)
  const isNamed = (label: string): boolean =>
    [name, `ECG ${name}`].some((one) => one?.toLowerCase() === label.trim().toLowerCase())
  if (path.endsWith('.hea')) {
    const beside = (file: string): string => join(dirname(path), file)
    return streamWfdb(
      await text(path),
      { text: (file) => text(beside(file)), range: (file, from, to) => range(beside(file), from, to) },
      name === undefined ? {} : { choose: ({ signals }) => signals.findIndex((signal) => isNamed(signal.name)) }
    )
  }
  const size = await sizeOf(path)
  return streamEdf(
    { size, range: (from, to) => range(path, from, to) },
    name === undefined ? {} : { choose: ({ signals }) => signals.findIndex((signal) => isNamed(signal.label)) }
  )
}

const missing = (cause: unknown): never => {
  throw new AppError('BAD_REQUEST', { reason: 'file-missing', cause })
}

const text = (path: string): Promise<string> => readFile(path, 'utf8').catch(missing)

async function sizeOf(path: string): Promise<number> {
  const handle = await open(path).catch(missing)
  try {
    return (await handle.stat()).size
  } finally {
    await handle.close()
  }
}

async function readRange(path: string, from: number, to: number): Promise<Uint8Array> {
  const handle = await open(path).catch(missing)
  try {
    const bytes = Buffer.allocUnsafe(to - from)
    let filled = 0
    while (filled < bytes.length) {
      const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, from + filled)
      if (bytesRead === 0) break
      filled += bytesRead
    }
    return bytes.subarray(0, filled)
  } finally {
    await handle.close()
  }
}
