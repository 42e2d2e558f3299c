import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { ECG_KINDS, type EcgKind } from '../../adapters/ecg/kinds.ts'
import { peekEcg } from '../../adapters/ecg/peek.ts'
import { recogniseEcg } from '../../adapters/ecg/recognise.ts'
import { WITHOUT_TIME } from '../../adapters/ecg/recording.ts'
import { peekFhir } from '../../adapters/formats/fhir-bundle/peek.ts'
import { baseTime } from '../../adapters/formats/wfdb/base-time.ts'
import { demographics, readComments } from '../../adapters/formats/wfdb/comments.ts'
import { peekHl7v2 } from '../../adapters/hl7v2/peek.ts'
import type { Decoded, DecodedWaveform, SubjectClaim } from '../../core/decoded.ts'
import type { Envelope, Family, Peek, PeekFn } from '../../core/envelope.ts'
import { AppError } from '../../core/errors/app-error.ts'
import type { FeedFacts } from '../../core/format.ts'
import { sha256 } from '../../core/ids.ts'
import { peekDicom } from '../../dicom/peek.ts'
import type { Formats } from '../pipeline/formats.ts'
import { readWfdbRecord } from './recording.ts'

/** The first recording of a file, and whom the file says it is about. */
export interface RecordingFile {
  /** `acquiredAt` without an instant when the file states none. */
  recording: Pick<DecodedWaveform, 'waveforms' | 'acquiredAt' | 'statements' | 'device' | 'synthetic'>
  subject?: SubjectClaim
  /** Years, where the file states an age instead of a birth date. */
  age?: number
  /** Of the file as it lies there (of a WFDB record: its first signal file). */
  sha256: string
  /** Further recordings in the file. */
  more: number
}

export interface ReadOptions {
  formats: Formats
  /** IANA zone of times without offset. */
  zone?: string
  receivedAt: string
}

const MAX_FILE_BYTES = 512 * 1024 * 1024
const MAX_INFLATED_BYTES = 512 * 1024 * 1024

/**
 * A recording of any format that the server reads, by the path of its file, gzip or not; of a WFDB record by its .hea (its
 * other files lie beside it) or a zip.
 *
 * @throws AppError BAD_REQUEST reason `file-missing` or `no-waveform-in-file`, MESSAGE_TOO_LARGE, and what the format throws
 */
export async function readRecordingFile(path: string, options: ReadOptions): Promise<RecordingFile> {
  if (path.endsWith('.hea')) return readHeader(path, options.zone ?? 'UTC')
  const missing = (cause: unknown): never => {
    throw new AppError('BAD_REQUEST', { reason: 'file-missing', cause })
  }
  const { size } = await stat(path).catch(missing)
  if (size > MAX_FILE_BYTES) throw new AppError('MESSAGE_TOO_LARGE', { reason: 'file' })
  return readRecordingBytes(await readFile(path).catch(missing), basename(path), options)
}

/** The same of bytes. @param name of the file, for the envelope only */
export async function readRecordingBytes(body: Buffer, name: string, options: ReadOptions): Promise<RecordingFile> {
  const decoded = await decode(await inflated(body), name, options)
  const found = decoded.groups.flatMap(({ subject, waveforms }) =>
    waveforms.map((recording) => ({ subject, recording }))
  )
  const [first] = found
  if (!first?.recording.waveforms[0]) throw new AppError('BAD_REQUEST', { reason: 'no-waveform-in-file' })
  return { ...first, sha256: sha256(body), more: found.length - 1 }
}

async function readHeader(path: string, zone: string): Promise<RecordingFile> {
  const { header, waveforms, sha256 } = await readWfdbRecord(path)
  const { subject, zone: stated, ...facts } = readComments(header.comments)
  const acquiredAt = baseTime(header, stated ?? zone) ?? { text: '', precision: 'year' }
  const { age } = demographics(header.comments)
  return {
    recording: { ...facts, waveforms: waveforms.map((one) => ({ ...one, startedAt: acquiredAt })), acquiredAt },
    subject,
    ...(age === undefined ? {} : { age }),
    sha256: sha256 ?? '',
    more: 0
  }
}

async function decode(body: Buffer, name: string, options: ReadOptions): Promise<Decoded> {
  const { formats, zone = 'UTC', receivedAt } = options
  const { family, kind, correlation } = peekAny(body, name)
  const feed: FeedFacts = {
    name: 'file',
    defaultAuthority: 'FILE',
    zone,
    codeMap: {},
    options: { [WITHOUT_TIME]: true }
  }
  const mediaType = 'application/octet-stream'
  const envelope: Envelope = { id: name, feed: feed.name, family, kind, correlation, body, mediaType, receivedAt }
  const decoded = await formats.find(family, kind).decode(envelope, feed)
  const [embedded] = decoded.embedded
  const isEmpty = decoded.groups.every(({ waveforms }) => waveforms.length === 0)
  // A message around a file: the file is what was asked for. One level, as in the pipeline.
  if (!isEmpty || !embedded || family !== 'hl7v2') return decoded
  const inside = Buffer.from(embedded.bytes)
  return peekAny(inside, '').family === 'hl7v2' ? decoded : decode(inside, '', options)
}

const PEEKS: readonly [Family, (body: Buffer) => boolean, PeekFn][] = [
  ['dicom', (body) => body.toString('latin1', 128, 132) === 'DICM', peekDicom],
  ['ecg', (body) => recogniseEcg(body) !== undefined, peekEcg],
  ['fhir', (body) => /^\ufeff?\s*\{/.test(body.toString('utf8', 0, 64)), peekFhir]
]
const ENDINGS: ReadonlyMap<string, EcgKind> = new Map([
  ['csv', 'ecg-csv'],
  ['scp', 'scp-ecg'],
  ['edf', 'edf'],
  ['bdf', 'edf'],
  ['zip', 'wfdb']
])

/** By the bytes; a file whose bytes tell nothing by how its name ends, else as HL7 v2, which says why it is none. */
function peekAny(body: Buffer, name: string): Peek & { family: Family } {
  const known = PEEKS.find(([, is]) => is(body))
  if (known) return { family: known[0], ...known[2](body, {}) }
  const kind = kindByName(name)
  if (kind) return { family: 'ecg', ...peekEcg(body, { mediaType: ECG_KINDS[kind] }) }
  return { family: 'hl7v2', ...peekHl7v2(body, {}) }
}

function kindByName(name: string): EcgKind | undefined {
  const ending = /\.([a-z]{2,4})(?:\.gz)?$/i.exec(name)?.[1]?.toLowerCase() ?? ''
  return ENDINGS.get(ending)
}

/** @throws AppError MESSAGE_TOO_LARGE reason `inflated`, DECODE_FAILED reason `gzip` */
async function inflated(body: Buffer): Promise<Buffer> {
  if (body[0] !== 0x1f || body[1] !== 0x8b) return body
  return promisify(gunzip)(body, { maxOutputLength: MAX_INFLATED_BYTES }).catch((cause: unknown) => {
    if ((cause as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE') {
      throw new AppError('MESSAGE_TOO_LARGE', { reason: 'inflated' })
    }
    throw new AppError('DECODE_FAILED', { reason: 'gzip', cause })
  })
}
