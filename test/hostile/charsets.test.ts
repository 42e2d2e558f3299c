import { parseResource } from '../../adapters/formats/fhir-bundle/parse-json.ts'
import { parseMessage } from '../../adapters/hl7v2/parse.ts'
import { createFramer, encodeFrame } from '../../adapters/transports/mllp/framer.ts'
import { decodeText } from '../../dicom/character-set.ts'
import { readingLatin1 } from './charsets.vulnerable.ts'
import { codeOf, heldAndSeenFailing } from './held-and-seen-failing.ts'

interface Read {
  text: string
  leniencies: string[]
}
/** Reads PID-5 of a message whose MSH-18 says `charset`. */
type Reader = (name: Uint8Array, charset: string) => Read

const messageOf = (name: Uint8Array, charset: string): Buffer =>
  Buffer.concat([
    Buffer.from(`MSH|^~\\&|A|B|C|D|20260310||ADT^A08^ADT_A01|1|P|2.5.1||||||${charset}\rEVN|A08\rPID|1||1||`),
    name,
    Buffer.from('\rPV1|1|N\r')
  ])
const ours: Reader = (name, charset) => {
  const message = parseMessage(messageOf(name, charset))
  return { text: message.first('PID')!.get(5), leniencies: message.leniencies }
}
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)
/** What is wrong becomes U+FFFD and is said; nothing else comes of it. */
const marked = (read: Read): void => {
  expect(read.text).toContain('\ufffd')
  expect(read.text).not.toMatch(/[/|]/)
  expect(read.leniencies).toContain('charset-invalid-bytes')
}
// Bytes by hand from the code charts: U+5C71 and U+7530 (a common family name) in each set.
const YAMADA = '\u5c71\u7530'

heldAndSeenFailing<Reader>(
  'text of HL7 v2 is read as declared, and what cannot be is marked (A3-42)',
  {
    'an overlong slash': (read) => marked(read(bytes(0x41, 0xc0, 0xaf), 'UNICODE UTF-8')),
    'an overlong bar': (read) => marked(read(bytes(0xe0, 0x81, 0xbc), 'UNICODE UTF-8')),
    'a lone surrogate': (read) => marked(read(bytes(0xed, 0xa0, 0x80), 'UNICODE UTF-8')),
    'a sequence cut by the field': (read) => marked(read(bytes(0x41, 0xe5, 0xb1), 'UNICODE UTF-8')),
    'GB 18030, four bytes to a letter': (read) =>
      expect(read(bytes(0x95, 0x32, 0x82, 0x36), 'GB 18030-2000').text).toBe('\u{20000}'),
    'Shift-JIS whose second byte is a backslash': (read) =>
      expect(read(bytes(0x95, 0x5c), 'SHIFT_JIS').text).toBe('\u8868'),
    'ISO 2022 with its shifts': (read) =>
      expect(read(bytes(0x1b, 0x24, 0x42, 0x3b, 0x33, 0x45, 0x44, 0x1b, 0x28, 0x42), 'ISO IR87').text).toBe(YAMADA),
    'an MSH-18 that lies: UTF-8 called ASCII is assumed, and said': (read) =>
      expect(read(Buffer.from('\u00c4nne'), 'ASCII')).toMatchObject({
        text: '\u00c4nne',
        leniencies: expect.arrayContaining(['charset-assumed'])
      })
  },
  { real: ours, weak: (name) => readingLatin1(name) }
)

test('ISO 2022 shifts cut by the network are the same text', () => {
  const name = bytes(0x1b, 0x24, 0x42, 0x3b, 0x33, 0x45, 0x44, 0x1b, 0x28, 0x42)
  const block = encodeFrame(messageOf(name, 'ISO IR87'))
  for (let cut = 1; cut < block.length; cut++) {
    const framer = createFramer()
    const framed = [...framer.push(block.subarray(0, cut)), ...framer.push(block.subarray(cut))]
    expect(framed.map(({ kind }) => kind)).toEqual(['frame'])
    const [frame] = framed
    if (frame?.kind === 'frame') expect(parseMessage(frame.bytes).first('PID')!.get(5)).toBe(YAMADA)
  }
})

test('JSON in another encoding than UTF-8 is refused, not guessed', () => {
  const utf16 = Buffer.from('{"resourceType":"Patient"}', 'utf16le')
  const overlong = Buffer.concat([Buffer.from('{"resourceType":"Basic","id":"'), bytes(0xc0, 0xaf), Buffer.from('"}')])
  expect([utf16, overlong].map((text) => codeOf(() => parseResource(text)))).toEqual([
    'DECODE_FAILED json',
    'DECODE_FAILED json'
  ])
})

test('a DICOM character set that names no set, or a property of objects, is read as Latin-1', () => {
  for (const name of ['constructor', '__proto__', 'toString', 'ISO_IR 999', '']) {
    expect(decodeText(bytes(0xc4), [name])).toBe('\u00c4')
  }
})
