import { encodeAs, findCharset } from './charset.ts'
import { parseMessage } from './parse.ts'

const header = (charset: string): string => `MSH|^~\\&|LAB|N|HB|H|20260131||ADT^A08|M1|P|2.5.1||||||${charset}\r`
const message = (charset: string, name: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from(`${header(charset)}PID|1||A||`), name, Buffer.from('^X\r')])
const read = (bytes: Uint8Array, options?: Parameters<typeof parseMessage>[1]) => {
  const found = parseMessage(bytes, options)
  return { name: found.first('PID')!.get(5), next: found.first('PID')!.get(5, 2), leniencies: found.leniencies }
}

// Bytes by hand from the tables of ISO 8859, GB 18030, Shift JIS, JIS X 0208, Big5 and KS X 1001.
test.each([
  ['8859/1', [0x4d, 0xfc, 0x6c, 0x6c, 0x65, 0x72], 'Müller'],
  ['8859/1', [0x80, 0x85], '\x80\x85'],
  ['8859/2', [0xa3, 0xf3, 0x64, 0xbc], 'Łódź'],
  ['8859/5', [0xb8, 0xd2, 0xd0, 0xdd], 'Иван'],
  ['8859/7', [0xc1, 0xe8, 0xde, 0xed, 0xe1], 'Αθήνα'],
  ['8859/9', [0xdd, 0xfe, 0xf0], 'İşğ'],
  ['8859/15', [0xa4, 0xbd], '€œ'],
  ['UNICODE UTF-8', [0xe7, 0x8e, 0x8b, 0xf0, 0x9f, 0xab, 0x80], '王\u{1fac0}'],
  // 0x7C and 0x5E as second bytes: 倈 is 82 7C, a delimiter to whoever splits before decoding.
  ['GB 18030-2000', [0xcd, 0xf5, 0x82, 0x7c, 0x81, 0x5e], '王倈乛'.replace('乛', decodeGb(0x81, 0x5e))],
  ['SHIFT_JIS', [0x8e, 0x52, 0x93, 0x63, 0x83, 0x5c], '山田ソ'],
  ['BIG-5', [0xa4, 0xfd, 0xb3, 0x5c], '王許'],
  ['KS X 1001', [0xb1, 0xe8], '김'],
  ['ISO IR149', [0xb1, 0xe8], '김'],
  ['~ISO IR87', [0x1b, 0x24, 0x42, 0x3b, 0x33, 0x45, 0x44, 0x1b, 0x28, 0x42], '山田'],
  ['ASCII~ISO IR87', [0x1b, 0x24, 0x42, 0x3b, 0x33, 0x45, 0x44, 0x1b, 0x28, 0x42], '山田']
])('decodes %s by MSH-18 before it splits', (charset, bytes, name) => {
  expect(read(message(charset, Uint8Array.from(bytes)))).toEqual({ name, next: 'X', leniencies: [] })
})

function decodeGb(...bytes: number[]): string {
  return new TextDecoder('gb18030').decode(Uint8Array.from(bytes))
}

test('finds MSH-18 behind a header whose own letters hold delimiter bytes', () => {
  // 倈 (82 7C) in MSH-3: read as single bytes the fields of the header would be off by one.
  const bytes = Buffer.concat([
    Buffer.from('MSH|^~\\&|'),
    Uint8Array.of(0x82, 0x7c),
    Buffer.from('|N|HB|H|20260131||ADT^A08|M1|P|2.5.1||||||GB 18030-2000\rPID|1||A||'),
    Uint8Array.of(0xcd, 0xf5),
    Buffer.from('^X\r')
  ])
  const found = parseMessage(bytes)
  expect([found.first('MSH')!.get(3), found.controlId, found.first('PID')!.get(5)]).toEqual(['倈', 'M1', '王'])
})

test('without MSH-18: the default of the feed, else UTF-8 when valid, else 8859/1, and it says when it assumed', () => {
  const utf8 = Buffer.from('Müller')
  const latin = Buffer.from('Müller', 'latin1')
  expect(read(message('', utf8))).toEqual({ name: 'Müller', next: 'X', leniencies: ['charset-assumed'] })
  expect(read(message('', latin))).toEqual({ name: 'Müller', next: 'X', leniencies: ['charset-assumed'] })
  expect(read(message('ASCII', latin))).toEqual({ name: 'Müller', next: 'X', leniencies: ['charset-assumed'] })
  expect(read(message('', Uint8Array.of(0xa4)), { defaultCharset: '8859/15' }).name).toBe('€')
  expect(read(message('', Buffer.from('Muller'))).leniencies).toEqual([])
})

test.each([
  ['8859/1 bytes under UTF-8', 'UNICODE UTF-8', [0x4d, 0xfc, 0x6c], 'M\ufffdl'],
  ['an overlong form', 'UNICODE UTF-8', [0xc0, 0xaf], '\ufffd\ufffd'],
  ['a lone surrogate', 'UNICODE UTF-8', [0xed, 0xa0, 0x80], '\ufffd\ufffd\ufffd'],
  ['a cut GB 18030 letter before a delimiter', 'GB 18030-2000', [0xcd, 0xf5, 0xff], '王\ufffd'],
  ['a code without letter', '8859/7', [0xae], '\ufffd']
])('marks %s instead of repairing it, and the next component stays', (_, charset, bytes, name) => {
  expect(read(message(charset, Uint8Array.from(bytes)))).toEqual({
    name,
    next: 'X',
    leniencies: ['charset-invalid-bytes']
  })
})

test.each(['8859/12', 'UNICODE UTF-16', 'UTF-32', 'CNS 11643-1992', 'ISO IR159', 'EBCDIC', '__proto__'])(
  'refuses MSH-18 %s by code',
  (name) => {
    expect(() => findCharset(name)).toThrow(expect.objectContaining({ code: 'HL7_CHARSET_UNKNOWN', at: 'MSH-18' }))
  }
)

test('resolves \\Xhh\\ in the character set of the message', () => {
  expect(read(message('8859/1', Buffer.from('M\\XFC\\ller'))).name).toBe('Müller')
  expect(read(message('UNICODE UTF-8', Buffer.from('M\\XC3BC\\ller'))).name).toBe('Müller')
})

test.each([
  ['8859/1', 'Größe'],
  ['8859/15', '€uro'],
  ['UNICODE UTF-8', '王 \u{1fac0}'],
  ['GB 18030-2000', '王小明 倈 é'],
  ['BIG-5', '王許'],
  ['SHIFT_JIS', '山田ソ'],
  ['KS X 1001', '김'],
  ['ISO IR87', 'Yamada^山田 X']
])('encodes to %s what it decodes from it', (name, text) => {
  const charset = findCharset(name)!
  const { bytes, substituted } = encodeAs(text, charset)
  const back = parseMessage(Buffer.concat([Buffer.from(`${header(name)}NTE|1||`), bytes, Buffer.from('\r')]))
  expect([back.first('NTE')!.text(3), substituted]).toEqual([text, 0])
})

test('counts what a character set cannot hold', () => {
  const { bytes, substituted } = encodeAs('Ł 王', findCharset('8859/1')!)
  expect([Buffer.from(bytes).toString('latin1'), substituted]).toEqual(['? ?', 2])
  expect(encodeAs('ü', findCharset('ASCII')!).substituted).toBe(1)
})
