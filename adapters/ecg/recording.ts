import {
  type Decoded,
  type DecodedWaveform,
  type DecodeNote,
  emptyGroup,
  type SubjectClaim
} from '../../core/decoded.ts'
import type { Envelope } from '../../core/envelope.ts'
import { AppError } from '../../core/errors/app-error.ts'
import { sha256 } from '../../core/ids.ts'
import type { ClinicalTime } from '../../core/time.ts'
import { tracingFirst, type Waveform } from '../../core/waveform.ts'
import { filled } from './filled.ts'

export interface EcgFile {
  envelope: Envelope
  /** Who the file says it is about; a file of nobody has no identifiers. */
  subject: SubjectClaim
  recording: Pick<
    DecodedWaveform,
    'businessKey' | 'statements' | 'device' | 'paced' | 'synthetic' | 'placerOrderNumber' | 'fillerOrderNumber'
  >
  acquiredAt: ClinicalTime | undefined
  /** In any order; the tracing is put first. */
  waveforms: readonly Waveform[]
  notes: DecodeNote[]
  /** A file without a time is read too, its `acquiredAt` then without an instant: for the command line, never for a feed. */
  withoutTime?: boolean
  /** Where the file states its time and holds its samples, for the errors. */
  at: { time: string; waveforms: string }
}

/**
 * One ECG file as what it says about one patient.
 *
 * @throws AppError TIME_UNUSABLE without an instant (reason 'absent', 'date-only'); WAVEFORM_INCONSISTENT (reason
 *   'no-waveform') without samples
 */
export function decodedEcg({ envelope, subject, recording, waveforms, notes, at, ...file }: EcgFile): Decoded {
  const { businessKey, ...said } = recording
  if (waveforms.length === 0) throw new AppError('WAVEFORM_INCONSISTENT', { at: at.waveforms, reason: 'no-waveform' })
  const acquiredAt = file.acquiredAt ?? NO_TIME
  if (!acquiredAt.instant && !file.withoutTime) {
    throw new AppError('TIME_UNUSABLE', { at: at.time, reason: file.acquiredAt ? 'date-only' : 'absent' })
  }
  if (acquiredAt.ambiguous) notes.push({ code: 'time-ambiguous', at: at.time })
  return {
    ...(acquiredAt.instant ? { messageTime: acquiredAt } : {}),
    groups: [
      {
        ...emptyGroup(),
        subject,
        waveforms: [
          {
            businessKey,
            ...sayings(said),
            waveforms: tracingFirst(waveforms),
            acquiredAt,
            receivedFrom: 'ecg',
            state: 'final'
          }
        ]
      }
    ],
    embedded: [],
    correlation: envelope.correlation,
    notes
  }
}

/** Option under which the command line has files without a time read. */
export const WITHOUT_TIME = 'withoutTime'

const NO_TIME: ClinicalTime = Object.freeze({ text: '', precision: 'year' })

type Said = Omit<EcgFile['recording'], 'businessKey'>

/** What a file says of its recording: an empty list, a pacemaker or a mark that is not there are no statement. */
const sayings = ({ statements = [], paced, synthetic, ...said }: Said): Said =>
  filled({
    ...said,
    statements: statements.length > 0 ? statements : undefined,
    paced: paced || undefined,
    synthetic: synthetic || undefined
  }) ?? {}

/** A business key from facts that together name a recording, none of which can be read back from it. */
export const recordingKey = (format: string, ...facts: (string | Uint8Array)[]): string =>
  `${format}|${sha256(Buffer.concat(facts.flatMap((fact) => [Buffer.from(fact), Buffer.from([0x1f])]))).slice(0, 32)}`

const SEX: Readonly<Record<string, SubjectClaim['sex']>> = {
  m: 'male',
  male: 'male',
  f: 'female',
  female: 'female',
  o: 'other',
  other: 'other',
  un: 'unknown',
  u: 'unknown',
  unknown: 'unknown'
}

export interface SubjectFacts {
  id?: string
  authority?: string
  /** Table 0203. */
  type?: string
  family?: string
  given?: readonly (string | undefined)[]
  /** YYYY-MM-DD */
  birthDate?: string
  sex?: string
}

/** A claim from what is there; an empty field says nothing, a sex by another word is unknown. */
export function subjectOf({ id, authority, type, family, given, birthDate, sex }: SubjectFacts): SubjectClaim {
  const names = given?.map((name) => name?.trim() ?? '').filter((name) => name !== '') ?? []
  return {
    identifiers: id?.trim()
      ? [{ value: id.trim(), ...(authority ? { authority } : {}), ...(type ? { type } : {}) }]
      : [],
    ...(family?.trim() ? { family: family.trim() } : {}),
    ...(names.length > 0 ? { given: names } : {}),
    ...(birthDate ? { birthDate } : {}),
    ...(sex?.trim() ? { sex: SEX[sex.trim().toLowerCase()] ?? 'unknown' } : {})
  }
}
