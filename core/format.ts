import type { Decoded, DecodedWaveform, SubjectClaim } from './decoded.ts'
import type { Envelope, Family } from './envelope.ts'
import type { Settlement } from './transport.ts'

/** The part of a feed's configuration that formats may read. */
export interface FeedFacts {
  name: string
  defaultAuthority?: string
  /** IANA zone for times without offset. */
  zone: string
  /** Per-feed code map, see server/config: OBX-3, OBR-4, units, specimen, wards, discharge dispositions. */
  codeMap: CodeMap
  options: Record<string, unknown>
}

export interface MappedCode {
  system: string
  code: string
  display?: string
}

/** 'system|code' or bare 'code' as sent -> what it means here. */
export interface CodeMap {
  observations?: Record<string, MappedCode>
  /** OBR-4 of an order -> id of the module that answers it. */
  orders?: Record<string, string>
  /** OBX-6 as sent -> UCUM. */
  units?: Record<string, string>
  /** SPM-4 as sent -> 'blood' | 'urine' | 'other'. */
  specimens?: Record<string, 'blood' | 'urine' | 'other'>
  /** OBX-3 codes whose numeric value above the limit means a haemolysed sample. */
  haemolysisIndex?: { code: string; above: number }[]
  /** PV1-36 codes that mean death. */
  deathDispositions?: string[]
}

/** One recording to be written as a file of a format; `waveforms[0]` is the tracing. */
export interface EncodableRecording
  extends Pick<DecodedWaveform, 'acquiredAt' | 'device' | 'statements' | 'synthetic'> {
  waveforms: DecodedWaveform['waveforms']
  subject?: SubjectClaim
}

export interface EncodedFile {
  /** What follows the name the caller chose: '.dcm', '.hea', '.dat'. */
  extension: string
  mediaType: string
  bytes: Uint8Array
}

/**
 * A format decodes the bytes of one dialect. Pure: opens nothing, knows no transport, gives the same answer twice.
 * Runs in ingest workers with time and memory limits; every thrown error is an AppError.
 */
export interface Format {
  /** Folder name under adapters/formats. */
  name: string
  family: Family
  mediaTypes: readonly string[]
  /** Feed options that only this format reads; the transport of the feed is not asked about them. */
  options?: readonly string[]
  /** Whether this format reads that kind (as `peek` named it). */
  accepts(kind: string): boolean
  decode(envelope: Envelope, feed: FeedFacts): Decoded | Promise<Decoded>
  /** Application-level answer on the same connection (ORL^O22); undefined where a plain acknowledgement is right. */
  reply?(envelope: Envelope, feed: FeedFacts, settlement: Settlement): Uint8Array | undefined
  /**
   * Writes a recording, for `hisbundle convert --to <as>`. Digital values are sample / resolution wherever they fit, so
   * that what is read back is the same to one least significant bit.
   * `stem`: base name of the files, for formats whose files name each other.
   */
  writer?: { as: string; encode(recording: EncodableRecording, stem: string): EncodedFile[] }
}

export const defineFormat = (format: Format): Format => format
