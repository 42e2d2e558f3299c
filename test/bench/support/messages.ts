import type { Waveform } from '../../../core/waveform.ts'
import { buildEcg } from '../../../dicom/waveform/write.ts'
import { simulateEcg } from '../../../server/demo/simulate/ecg.ts'

/** A simulated person of the bench; the same number is the same person in every kind of message. */
export interface Person {
  mrn: string
  family: string
  birthDate: string
}

export const person = (number: number): Person => ({
  mrn: `B${String(number).padStart(6, '0')}`,
  family: `Bench${number}`,
  birthDate: `19${40 + (number % 50)}-0${1 + (number % 9)}-15`
})

/** HL7 DTM of an instant, with offset. */
export const dtm = (at: Date): string => `${digits(at)}+0000`
const digits = (at: Date): string => at.toISOString().replace(/\D/g, '').slice(0, 14)

const message = (...segments: string[]): Uint8Array => Buffer.from(`${segments.join('\r')}\r`)

/** segment('PID', { 3: '1^^^K', 8: 'F' }): fields by their number in the standard. */
function segment(name: string, fields: Record<number, string>): string {
  const last = Math.max(0, ...Object.keys(fields).map(Number))
  return [name, ...Array.from({ length: last }, (_, index) => fields[index + 1] ?? '')].join('|')
}

const msh = (type: string, controlId: string, at: Date): string =>
  `MSH|^~\\&|LAB|HOSP|HISBUNDLE|HOSP|${dtm(at)}||${type}|${controlId}|P|2.5.1`
const pid = ({ mrn, family, birthDate }: Person): string =>
  segment('PID', { 1: '1', 3: `${mrn}^^^HOSP^MR`, 5: `${family}^Anna`, 7: birthDate.replaceAll('-', ''), 8: 'F' })

export interface PotassiumResult {
  /** MSH-10; the order numbers are made from it. */
  controlId: string
  /** Collection and message time. */
  at: Date
  /** mmol/L */
  value: number
  /** Said in SPM-24 (HEM). */
  haemolysed?: boolean
}

/** ORU^R01 with one potassium of serum. */
export function potassium(who: Person, { controlId, at, value, haemolysed = false }: PotassiumResult): Uint8Array {
  const time = dtm(at)
  const code = '2823-3^Potassium^LN'
  return message(
    msh('ORU^R01^ORU_R01', controlId, at),
    pid(who),
    segment('OBR', { 1: '1', 2: `P${controlId}^LAB`, 3: `F${controlId}^LAB`, 4: code, 7: time, 22: time, 25: 'F' }),
    segment('OBX', { 1: '1', 2: 'NM', 3: code, 5: value.toFixed(1), 6: 'mmol/L', 11: 'F', 14: time }),
    segment('SPM', { 1: '1', 2: `&S${controlId}`, 4: 'SER^Serum^HL70487', 17: time, 24: haemolysed ? 'HEM' : '' })
  )
}

const tracings = new Map<string, Waveform>()

/** A simulated 12-lead ECG object: 10 s at 500 Hz, 120 KB; one of sixteen tracings. `potassium` shapes its T waves. */
export function ecgObject(
  who: Person,
  { number, at, potassium: level = 8.2 }: { number: number; at: Date; potassium?: number }
): Uint8Array {
  const seed = 1 + (number % 16)
  const tracing = tracings.get(`${seed} ${level}`) ?? simulateEcg({ seed, potassium: level })
  tracings.set(`${seed} ${level}`, tracing)
  const root = `2.25.7${at.getTime()}${number}`
  return buildEcg([tracing], {
    patient: { id: who.mrn, family: who.family, given: 'Anna', birthDate: who.birthDate, sex: 'F' },
    uids: { study: `${root}.1`, series: `${root}.2`, instance: `${root}.3` },
    acquiredAt: digits(at),
    utcOffset: '+0000',
    sensitivityUv: 5
  })
}
