import type { SubjectClaim } from '../../../../core/decoded.ts'
import { AppError } from '../../../../core/errors/app-error.ts'
import type { EncodableRecording, EncodedFile } from '../../../../core/format.ts'
import { sha256, uuidV5 } from '../../../../core/ids.ts'
import { durationMs } from '../../../../core/waveform.ts'
import { ECG_KINDS } from '../../../ecg/kinds.ts'
import { type Markup, xmlElement, xmlText } from '../../../ecg/xml/write.ts'
import { writeSeries } from './series.ts'
import { timeText } from './time-text.ts'

/**
 * An aECG document of one recording: the tracing as a series RHYTHM with its statements, median beats as series derived of it.
 *
 * Digits are sample / resolution, the scale is the lead's resolution in uV, times are written in UTC. A gap parts a series into
 * sequence sets. What aECG has no place for is left out: waveforms of kind 'other', visit, `derived`.
 * A recording in hospital is no trial: clinicalTrial/id has nullFlavor NA.
 *
 * @throws AppError TIME_UNUSABLE without an instant; WAVEFORM_INCONSISTENT (reasons 'no-waveform', 'resolution', 'unit')
 */
export function encodeAecg(recording: EncodableRecording): EncodedFile[] {
  const { acquiredAt, waveforms } = recording
  const [tracing] = waveforms
  if (!tracing) throw new AppError('WAVEFORM_INCONSISTENT', { reason: 'no-waveform' })
  if (!acquiredAt.instant) throw new AppError('TIME_UNUSABLE', { at: 'acquiredAt' })
  const start = new Date(tracing.startedAt?.instant ?? acquiredAt.instant)
  const end = new Date(start.getTime() + durationMs(tracing))
  const period = xmlElement(
    'effectiveTime',
    {},
    xmlElement('low', { value: timeText(start), inclusive: 'true' }),
    xmlElement('high', { value: timeText(end), inclusive: 'false' })
  )
  const digest = sha256(Buffer.concat(tracing.samples.map((values) => Buffer.from(Float64Array.from(values).buffer))))
  const document = xmlElement(
    'AnnotatedECG',
    {
      xmlns: 'urn:hl7-org:v3',
      'xmlns:voc': 'urn:hl7-org:v3/voc',
      'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
      type: 'Observation'
    },
    xmlElement('id', { root: uuidV5('aecg', acquiredAt.instant, digest) }),
    xmlElement('code', { code: '93000', codeSystem: '2.16.840.1.113883.6.12', codeSystemName: 'CPT-4' }),
    period,
    subjectPath(recording.subject),
    xmlElement('component', {}, writeSeries(recording, { start, period }))
  )
  const bytes = Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n${document}\n`)
  return [{ extension: '.xml', mediaType: ECG_KINDS.aecg, bytes }]
}

function subjectPath(subject: SubjectClaim | undefined): Markup {
  return xmlElement(
    'componentOf',
    {},
    xmlElement(
      'timepointEvent',
      {},
      xmlElement(
        'componentOf',
        {},
        xmlElement(
          'subjectAssignment',
          {},
          xmlElement('subject', {}, xmlElement('trialSubject', {}, idOf(subject), personOf(subject))),
          xmlElement('componentOf', {}, xmlElement('clinicalTrial', {}, xmlElement('id', { nullFlavor: 'NA' })))
        )
      )
    )
  )
}

/** UID of HL7 v3: an OID, a UUID, or a name that HL7 reserves; other authorities stand in assigningAuthorityName. */
const UID =
  /^(?:[0-2](?:\.(?:0|[1-9]\d*))*|[0-9a-zA-Z]{8}(?:-[0-9a-zA-Z]{4}){3}-[0-9a-zA-Z]{12}|[A-Za-z][A-Za-z0-9-]*)$/

function idOf(subject: SubjectClaim | undefined): Markup {
  const [first] = subject?.identifiers ?? []
  if (!first) return xmlElement('id', { nullFlavor: 'UNK' })
  const { authority, value } = first
  if (authority === undefined) return xmlElement('id', { extension: value })
  return xmlElement('id', { [UID.test(authority) ? 'root' : 'assigningAuthorityName']: authority, extension: value })
}

const GENDERS = { male: 'M', female: 'F', other: 'UN', unknown: 'UN' } as const

function personOf(subject: SubjectClaim | undefined): Markup | undefined {
  const { family, given = [], sex, birthDate } = subject ?? {}
  const parts = [
    ...given.map((name) => xmlElement('given', {}, xmlText(name))),
    ...(family ? [xmlElement('family', {}, xmlText(family))] : [])
  ]
  const person = xmlElement(
    'subjectDemographicPerson',
    {},
    parts.length > 0 ? xmlElement('name', {}, ...parts) : undefined,
    sex && xmlElement('administrativeGenderCode', { code: GENDERS[sex], codeSystem: '2.16.840.1.113883.5.1' }),
    birthDate && xmlElement('birthTime', { value: birthDate.replaceAll('-', '') })
  )
  return parts.length > 0 || sex || birthDate ? person : undefined
}
