import { unzipSync } from 'fflate'
import { AppError } from '../../../core/errors/app-error.ts'
import { parseHeader } from './header.ts'
import { filesOf } from './record-files.ts'

/** Entries of one zip, and bytes that all read ones together may become: no more than a message that comes as it is. */
const MAX_ENTRIES = 1024
const MAX_INFLATED_BYTES = 64 * 1024 * 1024

export interface ZippedRecord {
  headerText: string
  files: ReadonlyMap<string, Uint8Array>
  /** Entries that belong to no part of the record (annotations, licence texts). */
  ignored: number
}

/**
 * The one record of a zip (PKWARE APPNOTE): its header and the files that the header and its segments name, all in one
 * folder. Only these are inflated, and only up to 64 MiB together.
 *
 * @throws AppError DECODE_FAILED reason `zip`, `no-header`, `records` (more than one); MESSAGE_TOO_LARGE reason
 * `zip-entries`, `inflated`
 */
export function unzipRecord(bytes: Uint8Array): ZippedRecord {
  const names: string[] = []
  const headers = unzip(bytes, (name) => {
    names.push(name)
    return name.endsWith('.hea')
  })
  const texts = new Map([...headers].map(([name, data]) => [name, Buffer.from(data).toString('utf8')]))
  const parts = new Set<string>()
  for (const [name, text] of texts) {
    for (const segment of filesOf(parseHeader(text)).headers) parts.add(folderOf(name) + segment)
  }
  const [main, ...more] = [...texts.keys()].filter((name) => !parts.has(name))
  if (main === undefined) throw new AppError('DECODE_FAILED', { reason: 'no-header' })
  if (more.length > 0) throw new AppError('DECODE_FAILED', { reason: 'records' })
  const wanted = new Set<string>()
  for (const [name, text] of texts) {
    for (const file of filesOf(parseHeader(text)).signals) wanted.add(folderOf(name) + file)
  }
  const signals = unzip(bytes, (name) => wanted.has(name))
  const files = new Map<string, Uint8Array>()
  for (const [name, data] of [...headers, ...signals]) {
    if (name !== main && folderOf(name) === folderOf(main)) files.set(name.slice(folderOf(main).length), data)
  }
  const ignored = names.filter(
    (name) => !name.endsWith('/') && name !== main && !headers.has(name) && !wanted.has(name)
  )
  return { headerText: texts.get(main)!, files, ignored: ignored.length }
}

const folderOf = (name: string): string => name.slice(0, name.lastIndexOf('/') + 1)

function unzip(bytes: Uint8Array, wants: (name: string) => boolean): Map<string, Uint8Array> {
  let entries = 0
  let inflated = 0
  try {
    const files = unzipSync(bytes, {
      filter({ name, originalSize }) {
        // The count of a zip's directory is a claim too: it is held to while it is walked.
        if (++entries > MAX_ENTRIES) throw new AppError('MESSAGE_TOO_LARGE', { reason: 'zip-entries' })
        if (!wants(name)) return false
        inflated += originalSize
        if (inflated > MAX_INFLATED_BYTES) throw new AppError('MESSAGE_TOO_LARGE', { reason: 'inflated' })
        return true
      }
    })
    return new Map(Object.entries(files))
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    throw new AppError('DECODE_FAILED', { reason: 'zip', cause })
  }
}
