import { buildMsh, buildSegment, composite, encodeMessage } from '../../adapters/hl7v2/build.ts'
import { findCharset } from '../../adapters/hl7v2/charset.ts'
import { formatDtm } from '../../adapters/hl7v2/time.ts'
import type { Waveform } from '../../core/waveform.ts'
import { leadByName } from '../../fhir-profiles/index.ts'

/** Somebody invented for the demo. */
export interface DemoPatient {
  mrn: string
  family: string
  given: string
  birthDate: string
  sex: 'F' | 'M'
  visit: string
  ward: string
}

export interface Header {
  type: [string, string, string]
  controlId: string
  sender: 'HIS' | 'LIS' | 'CART'
  at: Date
  /** Enhanced mode: accept acknowledgement always, application answer always. */
  enhanced?: boolean
  version?: string
}

const AUTHORITY = 'DEMOHOSP'
const UTF8 = findCharset('UNICODE UTF-8')!
const dtm = (at: Date): string => formatDtm(at, 'UTC')

function msh({ type, controlId, sender, at, enhanced, version = '2.5.1' }: Header): string {
  return buildMsh({
    sendingApplication: sender,
    sendingFacility: AUTHORITY,
    receivingApplication: 'HISBUNDLE',
    receivingFacility: AUTHORITY,
    time: at,
    zone: 'UTC',
    type,
    controlId,
    // MSH-11 T: the demo is nobody's treatment.
    processingId: 'T',
    version,
    charset: UTF8.name,
    ...(enhanced ? { acceptAck: 'AL', applicationAck: 'AL' } : {})
  })
}

const pid = (p: DemoPatient, authority: string | undefined = AUTHORITY): string =>
  buildSegment('PID', [
    '1',
    '',
    composite(p.mrn, undefined, undefined, authority, 'MR'),
    '',
    composite(p.family, p.given),
    '',
    p.birthDate.replaceAll('-', ''),
    p.sex
  ])

function pv1(p: DemoPatient, at: Date, admittedAt = at): string {
  const fields: string[] = Array(44).fill('')
  fields[0] = '1'
  fields[1] = 'I'
  fields[2] = p.ward
  fields[18] = composite(p.visit, undefined, undefined, AUTHORITY) ?? ''
  fields[43] = dtm(admittedAt)
  return buildSegment('PV1', fields)
}

const encode = (segments: string[]): Uint8Array => encodeMessage(segments, UTF8).bytes

export function admission(patient: DemoPatient, header: Header, admittedAt = header.at): Uint8Array {
  return encode([
    msh(header),
    buildSegment('EVN', [header.type[1], dtm(header.at), '', '', '', dtm(admittedAt)]),
    pid(patient),
    pv1(patient, header.at, admittedAt)
  ])
}

/** ORU^R01 of several values charted at one time: LOINC code, value, UCUM unit. */
export function chart(
  patient: DemoPatient,
  { filler, at, values }: { filler: string; at: Date; values: readonly (readonly [string, string, number, string])[] },
  header: Header
): Uint8Array {
  const obr: string[] = Array(25).fill('')
  obr[0] = '1'
  obr[2] = composite(filler, 'LIS') ?? ''
  obr[3] = composite('CHART', 'Chart', 'L') ?? ''
  obr[6] = dtm(at)
  obr[24] = 'F'
  const obx = values.map(([loinc, name, value, unit], i) => {
    const fields: string[] = Array(14).fill('')
    fields[0] = String(i + 1)
    fields[1] = 'NM'
    fields[2] = composite(loinc, name, 'LN') ?? ''
    fields[4] = String(value)
    fields[5] = unit
    fields[10] = 'F'
    fields[13] = dtm(at)
    return buildSegment('OBX', fields)
  })
  return encode([msh(header), pid(patient), pv1(patient, header.at), buildSegment('OBR', obr), ...obx])
}

/** A40: `source` was opened by mistake and is merged into `survivor`. */
export function merge(survivor: DemoPatient, source: string, header: Header): Uint8Array {
  return encode([
    msh(header),
    buildSegment('EVN', ['A40', dtm(header.at)]),
    pid(survivor),
    buildSegment('MRG', [composite(source, undefined, undefined, AUTHORITY, 'MR')])
  ])
}

export interface LabResult {
  filler: string
  /** OBX-3 */
  code: string
  value: string
  units: string
  status?: 'F' | 'C'
  haemolysed?: boolean
  collectedAt: Date
  /** PID-3.4 left out: nobody can say whose number it is. */
  withoutAuthority?: boolean
}

/** ORU^R01 of one potassium with its specimen. */
export function labResult(patient: DemoPatient, result: LabResult, header: Header): Uint8Array {
  const obr: string[] = Array(25).fill('')
  obr[0] = '1'
  obr[2] = composite(result.filler, 'LIS') ?? ''
  obr[3] = composite('ELEC', 'Electrolytes', 'L') ?? ''
  obr[6] = dtm(result.collectedAt)
  obr[21] = dtm(header.at)
  obr[24] = result.status ?? 'F'
  const obx: string[] = Array(11).fill('')
  obx[0] = '1'
  obx[1] = 'NM'
  obx[2] = result.code
  obx[4] = result.value
  obx[5] = result.units
  obx[10] = result.status ?? 'F'
  const spm: string[] = Array(24).fill('')
  spm[0] = '1'
  spm[3] = composite('BLD', 'Blood', 'HL70487') ?? ''
  spm[16] = dtm(result.collectedAt)
  if (result.haemolysed) spm[23] = 'HEM'
  return encode([
    msh(header),
    pid(patient, result.withoutAuthority ? '' : AUTHORITY),
    pv1(patient, header.at),
    buildSegment('OBR', obr),
    buildSegment('OBX', obx),
    buildSegment('SPM', spm)
  ])
}

/** OML^O21: a potassium screening is ordered. */
export function screeningOrder(patient: DemoPatient, placer: string, header: Header): Uint8Array {
  const orc: string[] = Array(12).fill('')
  orc[0] = 'NW'
  orc[1] = composite(placer, 'LIS') ?? ''
  orc[8] = dtm(header.at)
  orc[11] = composite('17', 'Beispiel', 'Berta') ?? ''
  const obr = ['1', composite(placer, 'LIS') ?? '', '', composite('KSCREEN', 'Potassium screening from ECG', 'L') ?? '']
  return encode([
    msh(header),
    pid(patient),
    pv1(patient, header.at),
    buildSegment('ORC', orc),
    buildSegment('OBR', obr)
  ])
}

/** ORU^W01 of an ECG cart: TIM, then CHN and WAV for each lead (HL7 2.5.1 chapter 7). */
export function cartEcg(
  patient: DemoPatient,
  waveform: Waveform,
  order: { filler: string; acquiredAt: Date },
  header: Header
): Uint8Array {
  const obr: string[] = Array(25).fill('')
  obr[0] = '1'
  obr[2] = composite(order.filler, 'CART') ?? ''
  obr[3] = composite('93000', 'ECG', 'L') ?? ''
  obr[6] = dtm(order.acquiredAt)
  obr[24] = 'F'
  let set = 0
  const obx = (type: string, suffix: string, value: string): string => {
    const fields: string[] = Array(11).fill('')
    fields[0] = String(++set)
    fields[1] = type
    fields[2] = `ECG&${suffix}`
    fields[3] = '1'
    fields[4] = value
    fields[10] = 'F'
    return buildSegment('OBX', fields)
  }
  const uv = waveform.leads[0]!.resolution * 1000
  const channels = waveform.leads.flatMap((lead, i) => {
    const code = leadByName(lead.name)!
    const definition = [
      `${i + 1}&${code.fhir.display}`,
      '',
      `${uv}&uV`,
      '1&0&0',
      String(waveform.rateHz),
      '-32768&32767'
    ].join('^')
    const counts = Array.from(waveform.samples[i]!, (mv) => Math.round((mv * 1000) / uv)).join('^')
    return [obx('CD', 'CHN', definition), obx('NA', 'WAV', counts)]
  })
  return encode([
    msh(header),
    pid(patient),
    pv1(patient, header.at),
    buildSegment('OBR', obr),
    obx('TS', 'TIM', dtm(order.acquiredAt)),
    ...channels
  ])
}
