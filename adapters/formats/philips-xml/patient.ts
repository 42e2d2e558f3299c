import type { SubjectClaim } from '../../../core/decoded.ts'
import { subjectOf } from '../../ecg/recording.ts'
import { elementAt, textAt, type XmlElement } from '../../ecg/xml/element.ts'
import { calendarDay } from '../../hl7v2/claims/message-clock.ts'

const general = (root: XmlElement): XmlElement | undefined => elementAt(root, 'patient', 'generalpatientdata')

/**
 * generalpatientdata = patientid | MRN | name (lastname, firstname, middlename) | age (dateofbirth | years) | sex | pacestatus
 *
 * The id carries no authority. An age in years is no birth date; @defaultage is a setting of the cart.
 */
export function patientOf(root: XmlElement): SubjectClaim {
  const patient = general(root)
  const born = textAt(patient, 'age', 'dateofbirth') ?? textAt(patient, 'dateofbirth') ?? ''
  const name = elementAt(patient, 'name') ?? patient
  return subjectOf({
    id: said(textAt(patient, 'patientid')) ?? said(textAt(patient, 'MRN')),
    family: said(textAt(name, 'lastname')),
    given: [said(textAt(name, 'firstname')), said(textAt(name, 'middlename'))],
    birthDate: calendarDay(born.replaceAll('-', '')),
    sex: textAt(patient, 'sex')
  })
}

export const isPaced = (root: XmlElement): boolean =>
  /^(?:paced|yes)\b/i.test(textAt(general(root), 'pacestatus') ?? '')

/** Carts fill what nobody entered with dashes. */
const said = (text: string | undefined): string | undefined => (/^-+$/.test(text ?? '') ? undefined : text)
