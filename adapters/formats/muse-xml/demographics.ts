import type { DecodedWaveform, SubjectClaim } from '../../../core/decoded.ts'
import type { ClinicalTime } from '../../../core/time.ts'
import { type CalendarDate, localTime } from '../../ecg/local-time.ts'
import { recordingKey, subjectOf } from '../../ecg/recording.ts'
import { textAt, type XmlElement } from '../../ecg/xml/element.ts'
import { calendarDay } from '../../hl7v2/claims/message-clock.ts'

/**
 * PatientDemographics = PatientID | PatientLastName | PatientFirstName | DateofBirth (MM-DD-YYYY) | Gender (MALE | FEMALE)
 *
 * The id carries no authority. PatientAge is no birth date; Race is not read.
 */
export function patientOf(root: XmlElement): SubjectClaim {
  const said = (name: string): string | undefined => textAt(root, 'PatientDemographics', name)
  const born = dateOf(said('DateofBirth'))
  return subjectOf({
    id: said('PatientID'),
    family: said('PatientLastName'),
    given: [said('PatientFirstName')],
    birthDate: born && calendarDay(`${born.year}${born.month}${born.day}`),
    sex: said('Gender')
  })
}

const test = (root: XmlElement, name: string): string | undefined => textAt(root, 'TestDemographics', name)

/** AcquisitionDate and AcquisitionTime, wall clock of the cart, in the feed's zone. */
export function acquisitionTime(root: XmlElement, zone: string): ClinicalTime | undefined {
  const date = dateOf(test(root, 'AcquisitionDate'))
  return date && localTime(date, test(root, 'AcquisitionTime'), zone)
}

export function deviceOf(root: XmlElement): DecodedWaveform['device'] {
  const model = test(root, 'AcquisitionDevice')
  const serial = test(root, 'CartNumber')
  if (!model && !serial) return undefined
  return { manufacturer: 'GE', ...(model ? { model } : {}), ...(serial ? { serial } : {}) }
}

/** Site, cart, patient and acquisition: the same test after it was edited is the same recording. */
export const testKey = (root: XmlElement): string =>
  recordingKey(
    'muse-xml',
    textAt(root, 'PatientDemographics', 'PatientID') ?? '',
    ...['Site', 'CartNumber', 'AcquisitionDate', 'AcquisitionTime'].map((name) => test(root, name) ?? '')
  )

/** MM-DD-YYYY as exports write it, MM/DD/YYYY, or ISO 8601. A day in the first place is not guessed. */
function dateOf(text: string | undefined): CalendarDate | undefined {
  const american = /^(\d{2})[-/](\d{2})[-/](\d{4})$/.exec(text ?? '')
  if (american) return { month: american[1]!, day: american[2]!, year: american[3]! }
  const iso = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text ?? '')
  return iso ? { year: iso[1]!, month: iso[2]!, day: iso[3]! } : undefined
}
