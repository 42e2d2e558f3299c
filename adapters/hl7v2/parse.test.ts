import { AppError } from '../../core/errors/app-error.ts'
import { parseMessage } from './parse.ts'

const MSH = 'MSH|^~\\&|LAB|NORTH|HB|HOSP|20260131235900+0100||ORU^R01^ORU_R01|M1|P|2.5.1'
const parse = (text: string, options?: Parameters<typeof parseMessage>[1]) => parseMessage(Buffer.from(text), options)
const obx = (value: string) => parse(`${MSH}\rOBX|1|ST|X||${value}\r`).first('OBX')!

const codeOf = (work: () => unknown): string => {
  try {
    work()
  } catch (error) {
    if (error instanceof AppError) return `${error.code} ${error.reason ?? ''} ${error.at ?? ''}`.trim()
    throw error
  }
  return 'nothing thrown'
}

test('names the message by its header', () => {
  const message = parse(`${MSH}\rPID|1\r`)
  expect({ ...message, segments: message.segments.map(({ name }) => name) }).toMatchObject({
    segments: ['MSH', 'PID'],
    type: 'ORU',
    event: 'R01',
    structure: 'ORU_R01',
    controlId: 'M1',
    version: '2.5.1',
    processingId: 'P',
    leniencies: []
  })
})

test('counts MSH-1 as the separator and gives MSH-2 whole', () => {
  const msh = parse(MSH).segments[0]!
  expect([msh.get(1), msh.get(2), msh.get(3), msh.get(12)]).toEqual(['|', '^~\\&', 'LAB', '2.5.1'])
  expect([msh.raw(1), msh.raw(2), msh.components(2), msh.repetitions(2)]).toEqual(['|', '^~\\&', ['^~\\&'], 1])
})

test('reads repetitions, components and sub-components by their numbers', () => {
  const pid = parse(`${MSH}\rPID|1||A^^^N&1.2&ISO^MR~B^^^^PI||X\r`).first('PID')!
  expect([pid.get(3), pid.get(3, 1, 2), pid.get(3, 5), pid.get(3, 5, 2), pid.get(3, 4, 1, 2)]).toEqual([
    'A',
    'B',
    'MR',
    'PI',
    '1.2'
  ])
  expect([pid.repetitions(3), pid.repetitions(4), pid.repetitions(99)]).toEqual([2, 0, 0])
  expect(pid.components(3, 1)).toEqual(['A', '', '', 'N', 'MR'])
  expect([pid.raw(3), pid.raw(3, 2)]).toEqual(['A^^^N&1.2&ISO^MR~B^^^^PI', 'B^^^^PI'])
  expect([pid.get(3, 9), pid.get(3, 1, 3), pid.get(77), pid.get(3, 4, 1, 9)]).toEqual(['', '', '', ''])
})

test.each([
  ['a\\F\\b\\S\\c\\T\\d\\R\\e\\E\\f', 'a|b^c&d~e\\f'],
  ['one\\.br\\two', 'one\ntwo'],
  ['\\X41\\\\X42\\', 'AB'],
  ['keeps \\H\\unknown\\N\\ ones', 'keeps \\H\\unknown\\N\\ ones'],
  ['a lone \\ mark', 'a lone \\ mark'],
  ['C:\\dir\\F\\x', 'C:\\dir|x'],
  ['odd \\X4\\ hex', 'odd \\X4\\ hex']
])('resolves escapes: %s', (sent, meant) => {
  expect(obx(sent).get(5)).toBe(meant)
})

test('tells an empty field from a delete', () => {
  const pid = parse(`${MSH}\rPID|1||A||""|\r`).first('PID')!
  expect([pid.isDelete(5), pid.isDelete(6), pid.get(5), pid.get(6)]).toEqual([true, false, '""', ''])
})

test('keeps a time that ends in 00 seconds and a text with plain delimiters as they were sent', () => {
  expect(obx('20260131120000').get(5)).toBe('20260131120000')
  expect(obx('salt & pepper').text(5)).toBe('salt & pepper')
})

test('reads delimiters from MSH-1 and MSH-2 and gives raw fields in the standard ones', () => {
  const message = parse('MSH#$*!@#LAB###A#20260101##ADT$A01#M1#P#2.5\rPID#1##A$$$N@1.2*B!F!C!R!D^E\r')
  const pid = message.first('PID')!
  expect([message.type, message.event, message.controlId]).toEqual(['ADT', 'A01', 'M1'])
  expect([pid.get(3), pid.get(3, 4, 1, 2), pid.get(3, 1, 2)]).toEqual(['A', '1.2', 'B#C*D^E'])
  expect(pid.raw(3)).toBe('A^^^N&1.2~B\\F\\C\\R\\D\\S\\E')
})

test.each([
  ['one line end is LF', `${MSH}\nPID|1\nPV1|1\n`, ['line-end-lf'], 3],
  ['line ends are CRLF', `${MSH}\r\nPID|1\r\n`, ['line-end-crlf'], 2],
  ['a byte order mark stands first', `\ufeff${MSH}\rPID|1\r`, ['byte-order-mark'], 2],
  ['empty lines stand first', `\r\n${MSH}\rPID|1\r`, ['leading-line-ends'], 2],
  ['a lone LF is part of a text', `${MSH}\rOBX|1|TX|X||two\nlines\r`, [], 2]
])('takes a message where %s, and notes it', (_, text, leniencies, count) => {
  const message = parse(text)
  expect([message.leniencies, message.segments.length]).toEqual([leniencies, count])
})

test('refuses LF and CRLF as segment ends when the feed is strict', () => {
  expect(codeOf(() => parse(`${MSH}\nPID|1\n`, { lenientLineEnds: false }))).toBe('HL7_DATA_TYPE line-end MSH')
  expect(codeOf(() => parse(`${MSH}\r\nPID|1\r\n`, { lenientLineEnds: false }))).toBe('HL7_DATA_TYPE line-end MSH')
})

test.each([
  ['', 'HL7_NOT_A_MESSAGE  MSH'],
  ['PID|1', 'HL7_NOT_A_MESSAGE  MSH'],
  ['FHS|^~\\&|X', 'HL7_NOT_A_MESSAGE batch MSH'],
  ['MSH', 'HL7_DATA_TYPE delimiter MSH-1'],
  ['MSHA^~\\&A', 'HL7_DATA_TYPE delimiter MSH-1'],
  ['MSH|^^\\&|LAB', 'HL7_DATA_TYPE delimiter MSH-2'],
  ['MSH|ABCD|LAB', 'HL7_DATA_TYPE delimiter MSH-2'],
  [`${MSH}\rnot a segment\r`, 'HL7_SEGMENT_MISSING segment-name line 2'],
  [`${MSH}\r${MSH}\r`, 'HL7_SEGMENT_MISSING second-msh MSH(2)'],
  [`${MSH}||||||UTF-16\r`, 'HL7_CHARSET_UNKNOWN  MSH-18']
])('refuses %j by code', (text, expected) => {
  expect(codeOf(() => parse(text)).replace(/\s+/g, ' ')).toBe(expected.replace(/\s+/g, ' '))
})

test('truncated at every byte it is read or refused by code', () => {
  const whole = Buffer.from(
    `${MSH}||||||UNICODE UTF-8\rPID|1||A^^^N^MR||M\u00fcller\\F\\^Ren\u00e9\rOBX|1|NA|X||1^2^3~4\r`
  )
  const outcomes = Array.from({ length: whole.length + 1 }, (_, length) =>
    codeOf(() => {
      const message = parseMessage(whole.subarray(0, length))
      for (const segment of message.segments) for (let field = 0; field < 20; field++) segment.components(field)
    })
  )
  expect(new Set(outcomes.map((outcome) => outcome.split(' ')[0]))).toEqual(
    new Set(['HL7_NOT_A_MESSAGE', 'HL7_DATA_TYPE', 'HL7_SEGMENT_MISSING', 'HL7_CHARSET_UNKNOWN', 'nothing'])
  )
})

test('reads 12 leads of 10,000 samples as text in well under a second', () => {
  const samples = Array.from({ length: 10_000 }, (_, i) => String((i * 37) % 2000)).join('^')
  const leads = Array.from({ length: 12 }, (_, i) => `OBX|${i + 1}|NA|L${i}||${samples}||||||F`)
  const bytes = Buffer.from([MSH, ...leads, ''].join('\r'))
  const started = performance.now()
  const values = parseMessage(bytes)
    .all('OBX')
    .map((segment) => segment.values(5))
  expect(performance.now() - started).toBeLessThan(1000)
  expect(values.map((lead) => lead.length)).toEqual(Array(12).fill(10_000))
  expect(values[11]![9_999]).toBe(String((9_999 * 37) % 2000))
})

test('keeps a missing sample as an empty value', () => {
  expect(obx('1^^3').values(5)).toEqual(['1', '', '3'])
})

test('bounds segments, fields, repetitions and components', () => {
  expect(codeOf(() => parse(`${MSH}\r${'NTE|1\r'.repeat(100_001)}`))).toBe('MESSAGE_TOO_LARGE segments')
  expect(codeOf(() => obx('|'.repeat(5_000)).get(5))).toBe('MESSAGE_TOO_LARGE fields OBX')
  expect(codeOf(() => obx('~'.repeat(2_000_001)).repetitions(5))).toBe('MESSAGE_TOO_LARGE repetitions OBX-5')
  expect(codeOf(() => obx('^'.repeat(2_000_001)).values(5))).toBe('MESSAGE_TOO_LARGE components OBX-5')
})

test('takes a hostile segment name as a name and leaves prototypes alone', () => {
  expect(parse(`${MSH}\rPID|1\r`).all('__proto__')).toEqual([])
  expect(parse(`${MSH}\rPID|1\r`).first('constructor')).toBeUndefined()
})
