import { mkdir, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { systemClock } from '../../core/clock.ts'
import { AppError, asAppError } from '../../core/errors/app-error.ts'
import type { EncodableRecording, EncodedFile } from '../../core/format.ts'
import { FORMATS_DIR } from '../app/discover.ts'
import { lossesOf } from '../inference/losses.ts'
import { type RecordingFile, readRecordingFile } from '../inference/recording-file.ts'
import { loadFormats } from '../pipeline/formats.ts'
import { type Command, optionText, parseArgs, UsageError } from './command.ts'

/** Targets that can leave the start out; all others get this one when the source states none, and it is said. */
const WITHOUT_START = new Set(['wfdb', 'csv'])
const NO_START = '1970-01-01T00:00:00.000Z'

export const convert: Command = {
  name: 'convert',
  usage: 'convert <file> --to dicom|aecg|edf|wfdb|fhir|csv [--out PATH] [--acquired-at ISO] [--zone ZONE] [--json]',
  summary:
    'write one ECG file as another format; what the target cannot hold is said on stderr (WFDB by its .hea or zip)',
  async run(args) {
    const { positional, options } = parseArgs(args, { flags: ['json'], values: ['to', 'out', 'acquired-at', 'zone'] })
    const [file, ...more] = positional
    if (!file || more.length > 0) throw new UsageError('name one file')
    const formats = await loadFormats(FORMATS_DIR)
    const to = optionText(options, 'to') ?? ''
    const writer = formats.writers.get(to)
    if (!writer) throw new UsageError(`--to wants one of ${[...formats.writers.keys()].join(', ')}`)
    const zone = optionText(options, 'zone') ?? 'UTC'
    const reading = { formats, zone, receivedAt: systemClock.now().toISOString() }
    const source = startedAt(await readRecordingFile(file, reading), optionText(options, 'acquired-at'))
    const hasStart = source.recording.acquiredAt.instant !== undefined
    const written = hasStart || WITHOUT_START.has(to) ? source : startedAt(source, NO_START)
    const target = await targetOf(file, optionText(options, 'out'))
    const recording: EncodableRecording = { ...written.recording, subject: source.subject }
    const paths = await writeAll(writer.encode(recording, target.stem), target, file)
    const { losses } = await readBack(written, paths[0]!, { ...reading, zone: 'UTC' })
    if (written !== source) {
      losses.unshift(`the source states no start: ${NO_START} was written; name it with --acquired-at`)
    }
    for (const loss of losses) process.stderr.write(`hisbundle: ${loss}\n`)
    if (options.json) process.stdout.write(`${JSON.stringify({ files: paths, losses })}\n`)
    else process.stdout.write(`${paths.join('\n')}\n`)
    return 0
  }
}

/** @throws UsageError for a text that is no ISO 8601 instant */
function startedAt(file: RecordingFile, text: string | undefined): RecordingFile {
  if (text === undefined) return file
  if (!text.includes('T') || !/(?:Z|[+-]\d{2}:\d{2})$/.test(text) || Number.isNaN(Date.parse(text))) {
    throw new UsageError('--acquired-at wants an ISO 8601 time with offset')
  }
  const acquiredAt = { instant: new Date(text).toISOString(), text, precision: 'second' as const }
  const waveforms = file.recording.waveforms.map((waveform) => ({ ...waveform, startedAt: acquiredAt }))
  return { ...file, recording: { ...file.recording, waveforms, acquiredAt } }
}

interface Target {
  dir: string
  stem: string
  /** The path that was asked for, when it is no folder. */
  path?: string
}

/** Where to write: the path given, a folder given, or the working folder; named after the source where no name is given. */
async function targetOf(file: string, out: string | undefined): Promise<Target> {
  const stem = basename(file)
    .replace(/\.gz$/i, '')
    .replace(/\.[^.]+$/, '')
    .replaceAll(/[^A-Za-z0-9_-]/g, '_')
  if (out === undefined) return { dir: '.', stem }
  const isFolder = out.endsWith('/') || (await stat(out).catch(() => undefined))?.isDirectory() === true
  if (isFolder) return { dir: out, stem }
  return { dir: dirname(out), stem: basename(out).replace(/\.[^.]+$/, ''), path: out }
}

/** @returns paths written, in the order of the files @throws AppError BAD_REQUEST reason `overwrites-source` */
async function writeAll(files: readonly EncodedFile[], { dir, stem, path }: Target, source: string): Promise<string[]> {
  await mkdir(dir, { recursive: true })
  const paths: string[] = []
  for (const { extension, bytes } of files) {
    // Files that name each other need their own names; a single one takes the name it was given.
    const to = path !== undefined && files.length === 1 ? path : join(dir, stem + extension)
    const inPlace = [source, source.replace(/\.hea$/, '.dat')].some((one) => resolve(one) === resolve(to))
    if (inPlace) throw new AppError('BAD_REQUEST', { reason: 'overwrites-source', at: '--out' })
    await writeFile(to, bytes)
    paths.push(to)
  }
  return paths
}

/** Reads what was written and says what it lacks. @throws AppError INTERNAL when our own reader refuses it */
async function readBack(source: RecordingFile, path: string, reading: Parameters<typeof readRecordingFile>[1]) {
  const back = await readRecordingFile(path, reading).catch((cause: unknown) => {
    const { code, reason } = asAppError(cause)
    throw new AppError(code, { reason: reason ?? 'not-read-back', at: 'the written file', cause })
  })
  return lossesOf(source, back)
}
