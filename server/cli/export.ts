import { statSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../../core/errors/app-error.ts'
import { LONG_COLUMNS, longRows, type Row, WIDE_COLUMNS, wideRow } from '../export/columns.ts'
import { tracingsInFolder } from '../export/from-files.ts'
import { type FhirGet, tracingsOfServer } from '../export/from-server.ts'
import { type Pseudonym, pseudonyms } from '../export/pseudonym.ts'
import type { ExportedTracing } from '../export/tracing.ts'
import { writeTable } from '../export/write-table.ts'
import { DEFAULT_URL } from './admin-client.ts'
import { type Command, optionText, type ParsedArgs, parseArgs, UsageError } from './command.ts'
import { withModule } from './module-runtime.ts'
import { readRecording } from './read-recording.ts'

interface Counts {
  tracings: number
  /** Files that gave no tracing, by code. */
  skipped: Record<string, number>
}
type Write = (tracings: AsyncIterable<ExportedTracing>) => Promise<void>

export const exportCommand: Command = {
  name: 'export',
  usage:
    'export ecgomics --out DIR|FILE [--format csv|parquet] [--wide] [--key-file FILE] [--from T] [--to T] [--url URL | --data DIR [--policy JSON]] [--json]',
  summary:
    "the features of a server's tracings, or of a folder of recordings, as a table for research: people as keyed hashes, no dates",
  async run(args) {
    const { positional, options } = parseArgs(args, {
      flags: ['wide', 'json'],
      values: ['out', 'format', 'from', 'to', 'key-file', 'url', 'data', 'policy']
    })
    if (positional.length !== 1 || positional[0] !== 'ecgomics') throw new UsageError('what can be exported: ecgomics')
    const { path, format } = target(options)
    const wide = options['wide'] === true
    const counts: Counts = { tracings: 0, skipped: {} }
    const write: Write = (tracings) =>
      writeTable(path, format, { columns: wide ? WIDE_COLUMNS : LONG_COLUMNS, rows: rowsOf(tracings, wide, counts) })
    const pseudonym = await pseudonyms(optionText(options, 'key-file'))
    const dir = optionText(options, 'data')
    if (dir === undefined) await fromServer(options, pseudonym, write)
    else if (options['from'] || options['to'] || options['url'])
      throw new UsageError('--data goes without --from, --to and --url')
    else await fromFolder(dir, { pseudonym, counts, write, policyText: optionText(options, 'policy') })
    if (options['json']) process.stdout.write(`${JSON.stringify({ out: path, format, ...counts })}\n`)
    else process.stdout.write(`${counts.tracings} tracings written to ${path}${skippedText(counts.skipped)}\n`)
    return 0
  }
}

const fromServer = (options: ParsedArgs['options'], pseudonym: Pseudonym, write: Write): Promise<void> =>
  write(
    tracingsOfServer({
      get: fhirReader(optionText(options, 'url') ?? DEFAULT_URL),
      pseudonym,
      from: optionText(options, 'from'),
      to: optionText(options, 'to')
    })
  )

const fromFolder = (
  dir: string,
  {
    pseudonym,
    counts,
    write,
    policyText
  }: { pseudonym: Pseudonym; counts: Counts; write: Write; policyText: string | undefined }
): Promise<void> =>
  withModule(
    'ecgomics',
    (module, runtime, policy) =>
      write(
        tracingsInFolder(dir, {
          module,
          runtime,
          policy,
          pseudonym,
          read: readRecording,
          onSkipped(file, code) {
            counts.skipped[code] = (counts.skipped[code] ?? 0) + 1
            process.stderr.write(`${file}: ${code}\n`)
          }
        })
      ),
    policyText
  )

async function* rowsOf(tracings: AsyncIterable<ExportedTracing>, wide: boolean, counts: Counts): AsyncIterable<Row> {
  for await (const tracing of tracings) {
    counts.tracings++
    if (wide) yield wideRow(tracing)
    else yield* longRows(tracing)
  }
}

const skippedText = (skipped: Counts['skipped']): string => {
  const words = Object.entries(skipped).map(([code, n]) => `${code} ${n}`)
  return words.length > 0 ? `; left out: ${words.join(', ')}` : ''
}

/** A folder gets a file named for what it holds; a file says its format by its name. */
function target(options: ParsedArgs['options']): { path: string; format: 'csv' | 'parquet' } {
  const out = optionText(options, 'out')
  if (!out) throw new UsageError('name a folder or file with --out')
  const said = optionText(options, 'format')
  if (said !== undefined && said !== 'csv' && said !== 'parquet') throw new UsageError('--format is csv or parquet')
  const isFolder = statSync(out, { throwIfNoEntry: false })?.isDirectory() ?? false
  const format = said ?? (out.endsWith('.parquet') ? 'parquet' : 'csv')
  return { path: isFolder ? join(out, `ecgomics.${format}`) : out, format }
}

/** Reads of a running server's FHIR interface. Token from HISBUNDLE_AUTH_TOKEN. */
function fhirReader(url: string): FhirGet {
  const base = new URL('/fhir/R4/', url)
  const token = process.env.HISBUNDLE_AUTH_TOKEN
  return async <T>(path: string): Promise<T | undefined> => {
    const address = new URL(path, base)
    // A page's next address is the server's to give, but the token is for this server only.
    if (address.origin !== base.origin) throw new AppError('BAD_REQUEST', { reason: 'other-origin' })
    const response = await fetch(address, { headers: token ? { authorization: `Bearer ${token}` } : {} }).catch(
      (cause: unknown) => {
        throw new AppError('DESTINATION_UNREACHABLE', { at: url, reason: 'is-the-server-up', cause })
      }
    )
    if (response.status === 404 || response.status === 410) return undefined
    if (!response.ok) throw new AppError('BAD_REQUEST', { at: '/fhir/R4', reason: `http-${response.status}` })
    return (await response.json()) as T
  }
}
