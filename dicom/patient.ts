import type { Row } from './write.ts'

/** Whom a written object is about. */
export interface WrittenPatient {
  id: string
  /** (0010,0021); absent: the receiver's default authority. */
  issuer?: string
  family: string
  given?: string
  /** YYYY-MM-DD */
  birthDate?: string
  sex?: 'M' | 'F' | 'O'
  /** (0038,0010) */
  admissionId?: string
}

export interface WrittenUids {
  study: string
  series: string
  instance: string
}

/** Patient and general study modules, all type 2 attributes present. @param startedAt local wall clock, 'YYYYMMDDHHMMSS' */
export function patientAndStudy(patient: WrittenPatient, uids: WrittenUids, startedAt: string): Row[] {
  return [
    [0x00080005, 'CS', 'ISO_IR 192'],
    [0x00080018, 'UI', uids.instance],
    [0x00080020, 'DA', startedAt.slice(0, 8)],
    [0x00080023, 'DA', startedAt.slice(0, 8)],
    [0x00080030, 'TM', startedAt.slice(8, 14)],
    [0x00080033, 'TM', startedAt.slice(8, 14)],
    [0x00080050, 'SH'],
    [0x00080090, 'PN'],
    [0x00100010, 'PN', `${patient.family}^${patient.given ?? ''}`],
    [0x00100020, 'LO', patient.id],
    ...(patient.issuer ? [[0x00100021, 'LO', patient.issuer] as Row] : []),
    patient.birthDate ? [0x00100030, 'DA', patient.birthDate.replaceAll('-', '')] : [0x00100030, 'DA'],
    patient.sex ? [0x00100040, 'CS', patient.sex] : [0x00100040, 'CS'],
    [0x0020000d, 'UI', uids.study],
    [0x0020000e, 'UI', uids.series],
    [0x00200010, 'SH'],
    [0x00200011, 'IS', 1],
    ...(patient.admissionId ? [[0x00380010, 'LO', patient.admissionId] as Row] : [])
  ]
}
