import { checkStructure } from './structure.ts'

const header = ({ type = 'ORU^R01^ORU_R01', id = 'M1', pid = 'P', version = '2.5.1', charset = '' } = {}): string =>
  `MSH|^~\\&|LAB|N|HB|H|20260131||${type}|${id}|${pid}|${version}||||||${charset}`
const check = (text: string, options = {}) =>
  checkStructure(Buffer.from(text), { processingIds: ['P', 'T', 'D'], ...options })
const verdict = (text: string, options = {}): string => {
  const { error } = check(text, options)
  return error ? `${error.row.ack} ${error.row.hl7} ${error.code} ${error.at ?? ''}`.trim() : 'ok'
}

const ORU = `${header()}\rPID|1\rOBR|1\rOBX|1|NM|X||1\r`

test.each([
  ['an ORU^R01', ORU, 'ok'],
  ['an ORU^R01 without PID', `${header()}\rOBR|1\r`, 'ok'],
  ['no MSH', 'EVN|A01\r', 'AE 100 HL7_NOT_A_MESSAGE MSH'],
  ['no control id', `${header({ id: '' })}\rOBR|1\r`, 'AE 101 HL7_NO_CONTROL_ID MSH-10'],
  ['no type', `${header({ type: '' })}\rOBR|1\r`, 'AE 101 HL7_FIELD_MISSING MSH-9.1'],
  ['no event', `${header({ type: 'ORU^^ORU_R01' })}\rOBR|1\r`, 'AE 101 HL7_FIELD_MISSING MSH-9.2'],
  ['another type', `${header({ type: 'MDM^T02' })}\r`, 'AR 200 HL7_UNSUPPORTED_TYPE MSH-9.1'],
  ['another event', `${header({ type: 'ORU^R30' })}\r`, 'AR 201 HL7_UNSUPPORTED_EVENT MSH-9.2'],
  ['an ADT without A-event', `${header({ type: 'ADT^Z01' })}\r`, 'AR 201 HL7_UNSUPPORTED_EVENT MSH-9.2'],
  ['no processing id', `${header({ pid: '' })}\rOBR|1\r`, 'AE 101 HL7_FIELD_MISSING MSH-11'],
  ['an unknown processing id', `${header({ pid: 'X' })}\rOBR|1\r`, 'AR 202 HL7_UNSUPPORTED_PROCESSING_ID MSH-11'],
  ['no version', `${header({ version: '' })}\rOBR|1\r`, 'AE 101 HL7_FIELD_MISSING MSH-12'],
  ['version 3', `${header({ version: '3.0' })}\rOBR|1\r`, 'AR 203 HL7_UNSUPPORTED_VERSION MSH-12'],
  ['an unknown character set', `${header({ charset: 'EBCDIC' })}\rOBR|1\r`, 'AE 103 HL7_CHARSET_UNKNOWN MSH-18'],
  ['an ORU without OBR', `${header()}\rPID|1\r`, 'AE 100 HL7_SEGMENT_MISSING OBR'],
  ['an OBX before any OBR and PID', `${header()}\rOBX|1\rOBR|1\r`, 'AE 100 HL7_SEGMENT_MISSING OBR'],
  ['an OML without ORC', `${header({ type: 'OML^O21' })}\rPID|1\r`, 'AE 100 HL7_SEGMENT_MISSING ORC'],
  ['an ORM without ORC', `${header({ type: 'ORM^O01' })}\rPID|1\r`, 'AE 100 HL7_SEGMENT_MISSING ORC'],
  ['an ADT^A01 without PID', `${header({ type: 'ADT^A01' })}\rEVN|A01\r`, 'AE 100 HL7_SEGMENT_MISSING PID'],
  ['an ADT^A01 with PID', `${header({ type: 'ADT^A01' })}\rPID|1\r`, 'ok'],
  ['an ADT event that is not read', `${header({ type: 'ADT^A20' })}\rNPU|X\r`, 'ok'],
  ['an A40 without MRG', `${header({ type: 'ADT^A40' })}\rPID|1\r`, 'AE 100 HL7_SEGMENT_MISSING MRG'],
  ['an A40 with MRG before PID', `${header({ type: 'ADT^A40' })}\rMRG|1\rPID|1\r`, 'AE 100 HL7_SEGMENT_MISSING MRG'],
  ['an A40', `${header({ type: 'ADT^A40' })}\rPID|1\rMRG|1\r`, 'ok']
])('judges %s', (_, text, expected) => {
  expect(verdict(text)).toBe(expected)
})

test('takes only the processing ids and types of the feed', () => {
  expect(verdict(ORU, { processingIds: ['T'] })).toBe('AR 202 HL7_UNSUPPORTED_PROCESSING_ID MSH-11')
  expect(verdict(`${header({ pid: '' })}\rOBR|1\r`, { processingIds: ['P', ''] })).toBe('ok')
  expect(verdict(ORU, { types: ['ADT'] })).toBe('AR 200 HL7_UNSUPPORTED_TYPE MSH-9.1')
  expect(verdict(`${header({ type: 'MDM^T02' })}\r`, { types: ['MDM^T02'] })).toBe('ok')
  expect(verdict(`${header({ type: 'ACK' })}\r`, { types: ['ACK'] })).toBe('AE 100 HL7_SEGMENT_MISSING MSA')
  expect(verdict(`${header({ type: 'ACK' })}\rMSA|AA|1\r`, { types: ['ACK'] })).toBe('ok')
})

test('gives the header with the error, so that the refusal can be answered', () => {
  const { message, error } = check(`${header({ charset: 'EBCDIC' })}\rnot a segment\r`)
  expect([message?.controlId, message?.field('MSH', 3), error?.code]).toEqual(['M1', 'LAB', 'HL7_CHARSET_UNKNOWN'])
})

test('holds no value of the message in its error', () => {
  const { error } = check(`${header()}\rPID|1||SECRET-ID||SECRET^NAME\rSECRET LINE\r`)
  expect(JSON.stringify([error, error?.message])).not.toContain('SECRET')
})
