import { dtm, hl7, msh } from '../integration/support/hospital.ts'
import type { Chart, PlannedStay } from './plan.ts'

/** What the hospital's systems send about one stay; `id` is the control id. */

const pid = ({ mrn, sex, birthDate }: PlannedStay): string =>
  `PID|1||${mrn}^^^HOSP^MR||Simulated^${sex === 'F' ? 'Ada' : 'Alan'}||${birthDate}|${sex}`

/** PV1-3 ward, PV1-19 visit, PV1-36 disposition, PV1-44 and -45 admission and discharge. */
function pv1(stay: PlannedStay, discharge?: { disposition: string }): string {
  const fields: string[] = Array(46).fill('')
  fields[1] = '1'
  fields[2] = 'I'
  fields[3] = 'MICU^7^1^HOSP'
  fields[19] = `${stay.visit}^^^HOSP^VN`
  fields[44] = dtm(stay.admittedAt)
  if (discharge) {
    fields[36] = discharge.disposition
    fields[45] = dtm(stay.dischargedAt)
  }
  return `PV1|${fields.slice(1).join('|')}`.replace(/\|+$/, '')
}

const adt = (event: string, id: string, at: Date, stay: PlannedStay, discharge?: { disposition: string }) =>
  hl7(
    msh({ type: `ADT^${event}^ADT_${event === 'A03' ? 'A03' : 'A01'}`, controlId: id, at, application: 'ADT' }),
    `EVN|${event}|${dtm(at)}`,
    pid(stay),
    pv1(stay, discharge)
  )

export const admit = (id: string, stay: PlannedStay): Uint8Array => adt('A01', id, stay.admittedAt, stay)

/** 20 expired, 01 home (HL7 table 0112 as the site fills it). */
export const discharge = (id: string, stay: PlannedStay, died: boolean): Uint8Array =>
  adt('A03', id, stay.dischargedAt, stay, { disposition: died ? '20' : '01' })

export const results = (id: string, stay: PlannedStay, { at, chart }: { at: Date; chart: Chart }): Uint8Array =>
  hl7(
    msh({ type: 'ORU^R01^ORU_R01', controlId: id, at }),
    pid(stay),
    `PV1|1|I|MICU||||||||||||||||${stay.visit}^^^HOSP^VN`,
    `OBR|1||${id}^LAB|PANEL^Panel^L|||${dtm(at)}|||||||||||||||${dtm(at)}|||F`,
    ...chart.map(
      ({ loinc, name, unit, value }, i) => `OBX|${i + 1}|NM|${loinc}^${name}^LN||${value}|${unit}|||||F|||${dtm(at)}`
    )
  )
