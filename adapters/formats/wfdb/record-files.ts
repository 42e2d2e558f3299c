import { parseHeader, type WfdbHeader } from './header.ts'

/**
 * Names of the files that a header needs beside itself: signal files, or the headers of its segments (whose own files
 * the caller asks for in turn). Each once, in the order of the header.
 */
export function filesOf(header: WfdbHeader): { headers: string[]; signals: string[] } {
  const headers = (header.segments ?? []).filter(({ name }) => name !== '~').map(({ name }) => `${name}.hea`)
  const signals = header.signals.filter(({ format }) => format !== 0).map(({ file }) => file)
  return { headers: [...new Set(headers)], signals: [...new Set(signals)] }
}

/**
 * Loads all files of a record, headers of segments among them.
 *
 * @param load bytes of a file by its name
 * @returns the files by name, the header itself left out
 * @throws AppError DECODE_FAILED for a malformed header, and what `load` throws
 */
export async function loadRecordFiles(
  headerText: string,
  load: (name: string) => Promise<Uint8Array>
): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>()
  const { headers, signals } = filesOf(parseHeader(headerText))
  const wanted = new Set(signals)
  for (const name of headers) {
    const bytes = await load(name)
    files.set(name, bytes)
    for (const file of filesOf(parseHeader(Buffer.from(bytes).toString('utf8'))).signals) wanted.add(file)
  }
  for (const name of wanted) files.set(name, await load(name))
  return files
}
