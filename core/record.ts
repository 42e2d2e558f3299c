import type { Resource } from '@medplum/fhirtypes'
import type { Waveform } from './waveform.ts'

/**
 * Read-only view of the record for modules and destinations. Everything read through one reader is remembered as
 * '<type>/<id>/_history/<version>' and enters the digest of the result.
 */
export interface RecordReader {
  /** FHIR search string without base: 'Observation?patient=x&code=y&_sort=-date&_count=1'. */
  search<T extends Resource>(query: string): Promise<T[]>
  /** 'Patient/1' or 'Patient/1/_history/2'; undefined when absent or deleted. */
  read<T extends Resource>(reference: string): Promise<T | undefined>
  /** The rhythm waveform of an ECG Observation or DocumentReference; times in seconds from its start. */
  waveform(reference: string, window?: { from: number; to: number }): Promise<Waveform>
  /** Versioned references of all that was read so far. */
  readonly reads: readonly string[]
}
