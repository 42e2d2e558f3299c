import type { DecodeNote, SubjectClaim, VisitClaim } from '../core/decoded.ts'
import type { DataSet } from './data-set.ts'
import { parsePersonName } from './person-name.ts'
import { parseDate } from './time.ts'

const SEX: Record<string, SubjectClaim['sex']> = { M: 'male', F: 'female', O: 'other' }

/**
 * Who the object says it is about: Patient Module (PS3.3 C.7.1.1). A birth date or sex that cannot be read is left out and
 * noted: the identifier decides, and these only contradict.
 */
export function readSubject(dataSet: DataSet, notes: DecodeNote[]): SubjectClaim {
  const id = dataSet.text(0x00100020)
  const authority = dataSet.text(0x00100021)
  const sex = dataSet.text(0x00100040)
  return {
    identifiers: id ? [{ value: id, ...(authority ? { authority } : {}) }] : [],
    ...parsePersonName(dataSet.text(0x00100010) ?? ''),
    ...readBirthDate(dataSet, notes),
    ...(sex ? { sex: SEX[sex.toUpperCase()] ?? 'unknown' } : {})
  }
}

/** Admission ID (0038,0010) with its issuer (0038,0014): the local namespace, else the universal entity id. */
export function readVisit(dataSet: DataSet): VisitClaim | undefined {
  const value = dataSet.text(0x00380010)
  if (!value) return undefined
  const issuer = dataSet.items(0x00380014)[0]
  const authority = issuer?.text(0x00400031) ?? issuer?.text(0x00400032) ?? dataSet.text(0x00380011)
  return { number: { value, ...(authority ? { authority } : {}) } }
}

function readBirthDate(dataSet: DataSet, notes: DecodeNote[]): { birthDate?: string } {
  const sent = dataSet.text(0x00100030)
  if (!sent) return {}
  try {
    return { birthDate: parseDate(sent, '(0010,0030)') }
  } catch {
    notes.push({ code: 'content-ignored', at: '(0010,0030)' })
    return {}
  }
}
