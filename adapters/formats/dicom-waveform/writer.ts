import type { SubjectClaim } from '../../../core/decoded.ts'
import { AppError } from '../../../core/errors/app-error.ts'
import type { EncodableRecording, EncodedFile } from '../../../core/format.ts'
import { sha256, uuidV5 } from '../../../core/ids.ts'
import type { Waveform } from '../../../core/waveform.ts'
import type { WrittenPatient } from '../../../dicom/patient.ts'
import { uidOfUuid } from '../../../dicom/uids.ts'
import { buildEcg, type WrittenWaveform } from '../../../dicom/waveform/write.ts'
import { fitting } from './fitting.ts'

/** ST holds 1024 characters (PS3.5 6.2); a longer statement goes on in the next annotation. */
const MAX_STATEMENT = 1024

/**
 * A recording as a DICOM ECG waveform object: class by content (`fitting.ts`), one multiplex group a waveform in mV, each
 * channel with its own sensitivity, so that a count is a sample's whole number of steps. Time in UTC; UIDs made from the content,
 * so that the same recording is the same object.
 *
 * @throws AppError TIME_UNUSABLE (no instant: Acquisition DateTime is type 1), WAVEFORM_INCONSISTENT, DICOM_ATTRIBUTE_VALUE
 */
export function writeDicom(recording: EncodableRecording): EncodedFile[] {
  const { instant } = recording.acquiredAt
  if (!instant) throw new AppError('TIME_UNUSABLE', { at: '(0008,002A)', reason: 'absent' })
  const { sopClassUid, waveforms } = fitting(recording.waveforms)
  const patient = patientOf(recording.subject)
  const content = sha256(
    Buffer.concat(waveforms.flatMap(({ samples }) => samples.map((lead) => Buffer.from(lead.buffer))))
  )
  const uid = (role: string): string => uidOfUuid(uuidV5('dicom-writer', role, content, instant, patient.id))
  const bytes = buildEcg(waveforms.map(grouped), {
    patient,
    uids: { study: uid('study'), series: uid('series'), instance: uid('instance') },
    acquiredAt: instant.replaceAll(/[-:TZ]/g, ''),
    utcOffset: '+0000',
    sopClassUid,
    synthetic: recording.synthetic ?? false,
    device: recording.device ?? {},
    statements: (recording.statements ?? []).flatMap(pieces)
  })
  return [{ extension: '.dcm', mediaType: 'application/dicom', bytes }]
}

const pieces = (text: string): string[] =>
  Array.from({ length: Math.ceil(text.length / MAX_STATEMENT) }, (_, n) =>
    text.slice(n * MAX_STATEMENT, (n + 1) * MAX_STATEMENT)
  )

const grouped = ({ kind, rateHz, samples, leads }: Waveform): WrittenWaveform => ({
  kind,
  rateHz,
  samples,
  leads: leads.map(({ name, resolution }) => ({ name, sensitivityUv: microvolts(resolution) }))
})

/** mV to uV without the noise of the product: 0.0025 mV are 2.5 uV, not 2.5000000000000004. */
const microvolts = (millivolts: number): number => Number((millivolts * 1000).toPrecision(15))

const SEX = { male: 'M', female: 'F', other: 'O' } as const

function patientOf(subject: SubjectClaim | undefined): WrittenPatient {
  const [identifier] = subject?.identifiers ?? []
  const sex = subject?.sex === 'unknown' ? undefined : subject?.sex
  return {
    id: oneValue(identifier?.value, '(0010,0020)'),
    ...(identifier?.authority ? { issuer: oneValue(identifier.authority, '(0010,0021)') } : {}),
    family: nameText(subject?.family),
    given: nameText(subject?.given?.join(' ')),
    ...(subject?.birthDate ? { birthDate: subject.birthDate } : {}),
    ...(sex ? { sex: SEX[sex] } : {})
  }
}

/** A backslash parts values of LO. */
function oneValue(text = '', at: string): string {
  if (text.includes('\\') || text.length > 64) throw new AppError('DICOM_ATTRIBUTE_VALUE', { at })
  return text
}

/** Without the signs that part the components of PN. */
const nameText = (text = ''): string => text.replaceAll(/[\\^=]/g, ' ').trim()
