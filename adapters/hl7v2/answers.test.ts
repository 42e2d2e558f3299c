import { AppError } from '../../core/errors/app-error.ts'
import { buildAck } from './ack.ts'
import { parseHeader } from './header.ts'
import { buildOrderReply } from './orl.ts'
import { buildOru, formatProbability, type OruInput } from './oru.ts'
import { parseMessage } from './parse.ts'

const context = { controlId: 'ACK1', time: new Date('2026-01-31T23:00:05.000Z'), zone: 'Europe/Berlin' }
const lines = (bytes: Uint8Array, encoding: BufferEncoding = 'utf8'): string[] =>
  Buffer.from(bytes).toString(encoding).split('\r')

const MSH =
  'MSH|^~\\&|LAB^1.2.3^ISO|NORTH&x|HB^9.8^ISO|HOSP|20260131235900+0100||ORU^R01^ORU_R01|M\\T\\1|T^A|2.5.1^DEU|||AL|NE||8859/1'

// Goldens by hand from HL7 v2.5.1 sections 2.14.1, 2.15.8, 2.15.9 and 2.15.5.
test('acknowledges: sender and receiver change places, MSH-11, -12, -18 stay, MSA-2 is MSH-10', () => {
  const ack = buildAck(parseMessage(Buffer.from(`${MSH}\rPID|1\r`)), { ...context, code: 'AA' })
  expect(lines(ack)).toEqual([
    'MSH|^~\\&|HB^9.8^ISO|HOSP|LAB^1.2.3^ISO|NORTH&x|20260201000005+0100||ACK^R01^ACK|ACK1|T^A|2.5.1^DEU||||||8859/1',
    'MSA|AA|M\\T\\1',
    ''
  ])
})

test('refuses with an ERR that holds position and codes only', () => {
  const error = new AppError('HL7_SEGMENT_MISSING', { at: 'OBR', reason: 'obx-before-obr' })
  const ack = buildAck(parseMessage(Buffer.from(`${MSH}\rPID|1\r`)), { ...context, code: 'AE', error })
  expect(lines(ack).slice(1)).toEqual([
    'MSA|AE|M\\T\\1',
    'ERR||OBR^1|100|E|HL7_SEGMENT_MISSING||obx-before-obr|A required segment is missing or out of order',
    ''
  ])
})

test('answers in the character set of the message', () => {
  const bytes = Buffer.from('MSH|^~\\&|L\u00e4bor||HB||2026||ADT^A08|M1|P|2.3||||||8859/1\rPID|1\r', 'latin1')
  expect(lines(buildAck(parseMessage(bytes), { ...context, code: 'AA' }), 'latin1')[0]).toContain('|HB||L\u00e4bor|')
})

test('answers a header in GB 18030 with the same bytes', () => {
  const name = Buffer.from([0xcd, 0xf5, 0x82, 0x7c])
  const bytes = Buffer.concat([
    Buffer.from('MSH|^~\\&|'),
    name,
    Buffer.from('||HB||2026||ADT^A08|M1|P|2.5||||||GB 18030-2000\rPID|1\r')
  ])
  expect(Buffer.from(buildAck(parseMessage(bytes), { ...context, code: 'AA' })).includes(name)).toBe(true)
})

test('gives unknown character sets back byte for byte', () => {
  const bytes = Buffer.from('MSH|^~\\&|\xe9||HB||2026||ADT^A08|M1|P|2.5||||||EBCDIC\rPID|1\r', 'latin1')
  const ack = buildAck(parseHeader(bytes), { ...context, code: 'AE' })
  expect(lines(ack, 'latin1')[0]).toBe('MSH|^~\\&|HB||\xe9||20260201000005+0100||ACK^A08^ACK|ACK1|P|2.5||||||8859/1')
})

test('answers in the standard delimiters a message that has its own', () => {
  const ack = buildAck(parseMessage(Buffer.from('MSH#$*!@#A^B####2026##ADT$A08#M|1#P#2.5\rPID#1\r')), {
    ...context,
    code: 'CA'
  })
  expect(lines(ack)).toEqual(['MSH|^~\\&|||A\\S\\B||20260201000005+0100||ACK^A08^ACK|ACK1|P|2.5', 'MSA|CA|M\\F\\1', ''])
})

test('answers bytes without a header', () => {
  const ack = buildAck(undefined, { ...context, code: 'AE', error: new AppError('HL7_NOT_A_MESSAGE', { at: 'MSH' }) })
  expect(lines(ack).slice(0, 2)).toEqual(['MSH|^~\\&|HISBUNDLE||||20260201000005+0100||ACK|ACK1|P|2.5.1', 'MSA|AE'])
})

const OML = parseMessage(
  Buffer.from(
    [
      'MSH|^~\\&|HIS|WARD|HB|HOSP|20260131235900+0100||OML^O21^OML_O21|O1|P|2.5.1||||||UNICODE UTF-8',
      'PID|1||T1^^^HOSP^MR~T2^^^X^PI||Simul\u00e9^Test||19700101|F|||street',
      'ORC|NW|P1^HIS^1.2^ISO',
      'OBR|1|P1^HIS^1.2^ISO||KSCREEN^Potassium screening^L',
      'ORC|CA|P2^HIS|OLD1^HB',
      'ORC|NW|',
      'OBR|3|P3^HIS||X-RAY^Chest^L',
      ''
    ].join('\r')
  )
)

test('answers each order: ORC-1, placer number with all components, our filler number', () => {
  const reply = buildOrderReply(
    OML,
    [
      { control: 'OK', placerOrderNumber: 'P1^HIS^1.2^ISO', fillerOrderNumber: 'HB1^HISBUNDLE' },
      { control: 'CR', placerOrderNumber: 'P2^HIS' },
      { control: 'UA', placerOrderNumber: 'P3^HIS', reason: 'HL7_TABLE_VALUE' }
    ],
    context
  )
  expect(lines(reply)).toEqual([
    'MSH|^~\\&|HB|HOSP|HIS|WARD|20260201000005+0100||ORL^O22^ORL_O22|ACK1|P|2.5.1||||||UNICODE UTF-8',
    'MSA|AA|O1',
    'ERR||ORC^3^1|103|E|HL7_TABLE_VALUE|||A coded field holds a value outside its table',
    'PID|1||T1^^^HOSP^MR~T2^^^X^PI||Simul\u00e9^Test||19700101|F',
    'ORC|OK|P1^HIS^1.2^ISO|HB1^HISBUNDLE',
    'OBR|1|P1^HIS^1.2^ISO|HB1^HISBUNDLE|KSCREEN^Potassium screening^L',
    'ORC|CR|P2^HIS|OLD1^HB',
    'ORC|UA|P3^HIS',
    'OBR|3|P3^HIS||X-RAY^Chest^L',
    ''
  ])
})

test('answers ORM^O01 with ORR^O02', () => {
  const orm = parseMessage(Buffer.from('MSH|^~\\&|A||B||2026||ORM^O01|1|P|2.3\rORC|NW|7\r'))
  expect(lines(buildOrderReply(orm, [{ control: 'OK', placerOrderNumber: '7' }], context))).toEqual([
    'MSH|^~\\&|B||A||20260201000005+0100||ORR^O02^ORR_O02|ACK1|P|2.3',
    'MSA|AA|1',
    'ORC|OK|7',
    ''
  ])
})

const ORU: OruInput = {
  header: {
    sendingApplication: 'HISBUNDLE',
    sendingFacility: 'HOSP',
    receivingApplication: 'LAB^1.2.3^ISO',
    receivingFacility: 'NORTH',
    controlId: 'R1',
    time: new Date('2026-01-31T23:00:05.000Z'),
    zone: 'Europe/Berlin',
    processingId: 'T'
  },
  patient: { identifiers: 'T1^^^HOSP^MR~T2^^^X^PI', name: 'Simul\u00e9^Test', birthDate: '19700101', sex: 'F' },
  visit: { class: 'I', number: 'V7^^^HOSP^VN' },
  order: {
    placerOrderNumber: 'P1^HIS^1.2^ISO',
    fillerOrderNumber: 'HB1^HISBUNDLE',
    orderStatus: 'CM',
    code: 'KSCREEN^Potassium screening^L',
    observedAt: '20260131225500+0100',
    orderingProvider: 'D1^Doe^Jo',
    statusChangedAt: new Date('2026-01-31T23:00:04.000Z'),
    resultStatus: 'P'
  },
  observations: [
    {
      content: { type: 'NM', value: formatProbability(0.03149) },
      code: { code: 'k-gt-5-5', display: 'P(K > 5.5 | ECG)', system: '99HISB' },
      subId: '1',
      status: 'P',
      time: '20260131225500+0100',
      method: { code: 'pocket-k', display: 'Lead I', system: '99HISB' },
      equipment: ['pocket-k-1', '1.0.0'],
      notes: ['research only\nnot a diagnosis']
    },
    {
      content: { type: 'ED', value: { dataType: 'Application', subtype: 'PDF', base64: 'JVBERg==' } },
      code: { code: 'report', system: '99HISB' },
      status: 'P'
    },
    { content: { type: 'none' }, code: { code: 'k-lt-3-5', system: '99HISB' }, status: 'X' }
  ]
}

test('builds ORU^R01 field by field', () => {
  expect(lines(buildOru(ORU).bytes)).toEqual([
    'MSH|^~\\&|HISBUNDLE|HOSP|LAB^1.2.3^ISO|NORTH|20260201000005+0100||ORU^R01^ORU_R01|R1|T|2.5.1||||||UNICODE UTF-8',
    'PID|1||T1^^^HOSP^MR~T2^^^X^PI||Simul\u00e9^Test||19700101|F',
    'PV1|1|I|||||||||||||||||V7^^^HOSP^VN',
    'ORC|RE|P1^HIS^1.2^ISO|HB1^HISBUNDLE||CM',
    'OBR|1|P1^HIS^1.2^ISO|HB1^HISBUNDLE|KSCREEN^Potassium screening^L|||20260131225500+0100|||||||||D1^Doe^Jo||||||20260201000004+0100|||P',
    'OBX|1|NM|k-gt-5-5^P(K > 5.5 \\F\\ ECG)^99HISB|1|0.031||||||P|||20260131225500+0100|||pocket-k^Lead I^99HISB|pocket-k-1^1.0.0',
    'NTE|1||research only\\.br\\not a diagnosis',
    'OBX|2|ED|report^^99HISB||^Application^PDF^Base64^JVBERg==||||||P',
    'OBX|3||k-lt-3-5^^99HISB||||||||X',
    ''
  ])
})

test('builds the same bytes again, and reads back what it built', () => {
  expect(buildOru(ORU)).toEqual(buildOru(structuredClone(ORU)))
  const back = parseMessage(buildOru(ORU).bytes)
  expect(back.first('OBX')!.get(3, 2)).toBe('P(K > 5.5 | ECG)')
  expect(back.first('NTE')!.get(3)).toBe('research only\nnot a diagnosis')
})

test('writes the character set of the destination and counts what it cannot hold', () => {
  const input = structuredClone(ORU)
  input.header.charset = '8859/1'
  input.patient.name = 'Simul\u00e9^\u738b'
  const { bytes, substituted } = buildOru(input)
  expect([substituted, lines(bytes, 'latin1')[1]]).toEqual([
    1,
    'PID|1||T1^^^HOSP^MR~T2^^^X^PI||Simul\u00e9^?||19700101|F'
  ])
})
