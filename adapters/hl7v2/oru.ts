import { buildMsh, buildSegment, composite, encodeMessage, escapeText, type FieldText } from './build.ts'
import { type Charset, findCharset } from './charset.ts'
import { formatDtm } from './time.ts'

/** A coded element (CE, CWE), or the text of such a field to be echoed as it came. */
export type CodedField = { code: string; display?: string; system?: string } | string

/** OBX-5 by OBX-2. Text is escaped, `raw` is echoed. */
export type ObservationValue =
  | { type: 'NM'; value: number | string }
  | { type: 'ST' | 'TX' | 'FT'; value: string }
  | { type: 'CWE' | 'CE'; value: CodedField }
  /** ED: base64 of the file; `dataType` and `subtype` by HL7 tables 0191 and 0291 (Application, PDF). */
  | { type: 'ED'; value: { dataType: string; subtype: string; base64: string } }
  | { type: string; raw: string }
  /** No value: status X. */
  | { type: 'none' }

export interface OruObservation {
  content: ObservationValue
  /** OBX-3 */
  code: CodedField
  /** OBX-4 */
  subId?: string
  /** OBX-6 */
  units?: CodedField
  /** OBX-7 as text: '120-200', '<450'. */
  referenceRange?: string
  /** OBX-8, table 0078 */
  flags?: string
  /** OBX-11, table 0085 */
  status: string
  /** OBX-14 as DTM text. */
  time?: string
  /** OBX-17 */
  method?: CodedField
  /** OBX-18: model name and version as EI components. */
  equipment?: readonly string[]
  notes?: readonly string[]
}

export interface OruInput {
  header: {
    /** MSH-3 to MSH-6 as field texts. */
    sendingApplication: FieldText
    sendingFacility: FieldText
    receivingApplication: FieldText
    receivingFacility: FieldText
    /** MSH-10: made from the result id, the same for every resend. */
    controlId: string
    time: Date
    /** IANA zone of MSH-7 and OBR-22. */
    zone: string
    processingId: string
    version?: string
    /** Table 0211; default UNICODE UTF-8. */
    charset?: string
    acceptAck?: string
    applicationAck?: string
  }
  /** PID fields as field texts, echoed from the order or built with `composite`. */
  patient: { identifiers: FieldText; name?: FieldText; birthDate?: FieldText; sex?: FieldText }
  /** PV1-2, PV1-19. */
  visit?: { class?: string; number?: FieldText }
  order: {
    /** ORC-2 / OBR-2 with all components as sent; empty for unsolicited results. */
    placerOrderNumber?: FieldText
    /** ORC-3 / OBR-3: ours. */
    fillerOrderNumber: FieldText
    /** ORC-5, table 0038: CM, CA. */
    orderStatus?: string
    /** OBR-4 as ordered. */
    code: CodedField
    /** OBR-7: acquisition, DTM text. */
    observedAt?: string
    /** OBR-16 as sent. */
    orderingProvider?: FieldText
    /** OBR-22 */
    statusChangedAt: Date
    /** OBR-25, table 0123 */
    resultStatus: string
    notes?: readonly string[]
  }
  observations: readonly OruObservation[]
}

/**
 * Unsolicited or ordered result, ORU^R01. HL7 v2.5.1 section 7.3.1, rules section 6.
 *
 * ORU = MSH | PID | [PV1] | ORC (ORC-1 RE) | OBR | {NTE} | { OBX | {NTE} }
 *
 * The same input gives the same bytes.
 * @returns `substituted`: characters that the character set has no code for, written as '?'
 * @throws AppError HL7_CHARSET_UNKNOWN
 */
export function buildOru(input: OruInput): { bytes: Uint8Array; substituted: number } {
  const { header, patient, visit, order } = input
  const charset: Charset = findCharset(header.charset ?? 'UNICODE UTF-8')!
  const segments = [
    buildMsh({
      ...header,
      type: ['ORU', 'R01', 'ORU_R01'],
      controlId: escapeText(header.controlId),
      version: header.version ?? '2.5.1',
      charset: charset.name
    }),
    buildSegment('PID', ['1', '', patient.identifiers, '', patient.name, '', patient.birthDate, patient.sex]),
    ...(visit ? [buildPv1(visit)] : []),
    buildSegment('ORC', ['RE', order.placerOrderNumber, order.fillerOrderNumber, '', order.orderStatus]),
    buildObr(order, header.zone),
    ...buildNotes(order.notes),
    ...input.observations.flatMap((observation, i) => [buildObx(observation, i + 1), ...buildNotes(observation.notes)])
  ]
  return encodeMessage(segments, charset)
}

/** A probability as NM: 0 to 1 with three decimals (rules section 6). */
export const formatProbability = (probability: number): string => probability.toFixed(3)

const codedField = (coded: CodedField | undefined): string | undefined =>
  typeof coded === 'object' ? composite(coded.code, coded.display, coded.system) : coded

function buildPv1(visit: NonNullable<OruInput['visit']>): string {
  const fields: FieldText[] = ['1', visit.class || 'U']
  fields[18] = visit.number
  return buildSegment('PV1', Array.from(fields))
}

function buildObr(order: OruInput['order'], zone: string): string {
  const fields: FieldText[] = ['1', order.placerOrderNumber, order.fillerOrderNumber, codedField(order.code)]
  fields[6] = order.observedAt
  fields[15] = order.orderingProvider
  fields[21] = formatDtm(order.statusChangedAt, zone)
  fields[24] = order.resultStatus
  return buildSegment('OBR', Array.from(fields))
}

function buildObx(observation: OruObservation, setId: number): string {
  const { type, text } = buildValue(observation.content)
  const fields: FieldText[] = [String(setId), type, codedField(observation.code), observation.subId, text]
  fields[5] = codedField(observation.units)
  fields[6] = observation.referenceRange && escapeText(observation.referenceRange)
  fields[7] = observation.flags
  fields[10] = observation.status
  fields[13] = observation.time
  fields[16] = codedField(observation.method)
  fields[17] = observation.equipment && composite(...observation.equipment)
  return buildSegment('OBX', Array.from(fields))
}

function buildValue(content: ObservationValue): { type: string; text: string } {
  if ('raw' in content) return { type: content.type, text: content.raw }
  if (!('value' in content)) return { type: '', text: '' }
  const { type, value } = content
  if (typeof value === 'number') return { type, text: String(value) }
  if (typeof value === 'string') return { type, text: type === 'CWE' || type === 'CE' ? value : escapeText(value) }
  if ('base64' in value) {
    return { type, text: composite('', value.dataType, value.subtype, 'Base64', value.base64) }
  }
  return { type, text: codedField(value)! }
}

const buildNotes = (notes: readonly string[] = []): string[] =>
  notes.map((note, i) => buildSegment('NTE', [String(i + 1), '', escapeText(note)]))
