import { HL7Message } from 'hl7v2'
import { parseMessage } from './parse.ts'

/**
 * What hl7v2 1.8.0 does to the text of a message: the reasons why parse.ts reads the text itself. Each of these fails
 * when a later version has cured the fault; when all are cured, parse.ts can become a wrapper of the library.
 */
const MSH = 'MSH|^~\\&|LAB|N|HB|H|20260131||ORU^R01^ORU_R01|M1|P|2.5.1||||||8859/1'
const text = `${MSH}\rOBR|1|||X|||20260131120000\rOBX|1|ST|X||a\\H\\b\r`

// '20260131120000' loses its seconds, '-0500' its sign (another time then), '2023' gains a month and a day.
test.each([
  ['20260131120000', '202601311200'],
  ['20260131120030-0500', '202601311200300500'],
  ['2023', '20230101']
])('the library makes another text of the time %s; we keep it', (sent, theirs) => {
  const message = `${MSH}\rOBR|1|||X|||${sent}\r`
  expect(HL7Message.parse(message).getSegment('OBR')!.field(7).toHL7String()).toBe(theirs)
  expect(parseMessage(Buffer.from(message)).first('OBR')!.get(7)).toBe(sent)
})

test('the library takes the marks off an unknown escape; we keep them', () => {
  expect(HL7Message.parse(text).getSegment('OBX')!.field(5).getValue(1)).toBe('aHb')
  expect(parseMessage(Buffer.from(text)).first('OBX')!.get(5)).toBe('a\\H\\b')
})

test('the library sees LF-separated text as one segment; we split it', () => {
  const lf = text.replaceAll('\r', '\n')
  expect(HL7Message.parse(lf).segments.length).toBe(1)
  expect(parseMessage(Buffer.from(lf)).segments.length).toBe(3)
})

test('the acknowledgement of the library leaves MSH-3 empty; ours does not', () => {
  expect(HL7Message.parse(text).createAck().header!.field(3).toHL7String()).toBe('')
})

test('the library garbles 8859/1 letters; we read them by MSH-18', () => {
  const bytes = Buffer.from(text.replace('a\\H\\b', 'M\u00fcller'), 'latin1')
  expect(HL7Message.parse(bytes).getSegment('OBX')!.field(5).getValue(1)).not.toBe('M\u00fcller')
  expect(parseMessage(bytes).first('OBX')!.get(5)).toBe('M\u00fcller')
})
