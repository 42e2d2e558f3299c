import { AppError } from '../../../core/errors/app-error.ts'
import { attributeOf, childrenOf, descendantsOf, elementAt, numberOf, textAt } from './element.ts'
import { parseXml, XML_LIMITS } from './parse.ts'

const parse = (text: string): ReturnType<typeof parseXml> => parseXml(Buffer.from(text))

const refusal = (bytes: Uint8Array | string, options = {}): Partial<AppError> => {
  try {
    parseXml(Buffer.from(bytes as string), options)
  } catch (error) {
    if (error instanceof AppError) return { code: error.code, reason: error.reason }
    throw error
  }
  throw new Error('it was read')
}

test('gives elements by local name, with attributes and joined text', () => {
  const root = parse('<a:r xmlns:a="u" b="1" x:b="2"><c> 1 <!-- no --> &amp;&#x41;<![CDATA[<2>]]></c><d/><c/></a:r>')
  expect(root.name).toBe('r')
  expect(attributeOf(root, 'b')).toBe('1')
  expect(textAt(root, 'c')).toBe('1  &A<2>')
  expect(childrenOf(root, 'c')).toHaveLength(2)
  expect(descendantsOf(root, 'd')).toHaveLength(1)
  expect(elementAt(root, 'd', 'e')).toBeUndefined()
  expect(textAt(root, 'd')).toBeUndefined()
})

test.each([
  ['UTF-8', Buffer.from('<r>Änne µ</r>')],
  ['UTF-8 with its mark', Buffer.from('\ufeff<?xml version="1.0" encoding="utf-8"?><r>Änne µ</r>')],
  ['UTF-16 LE', Buffer.from('\ufeff<?xml version="1.0" encoding="UTF-16"?><r>Änne µ</r>', 'utf16le')],
  ['UTF-16 BE', Buffer.from('\ufeff<r>Änne µ</r>', 'utf16le').swap16()],
  ['UTF-16 LE without its mark', Buffer.from('<?xml version="1.0" encoding="UTF-16"?><r>Änne µ</r>', 'utf16le')],
  ['ISO 8859-1', Buffer.from("<?xml version='1.0' encoding='ISO-8859-1'?><r>Änne µ</r>", 'latin1')]
])('reads %s', (_, bytes) => {
  expect(parseXml(bytes).text).toBe('Änne µ')
})

test.each([
  ['another encoding', Buffer.from('<?xml version="1.0" encoding="EBCDIC-US"?><r/>'), 'encoding'],
  ['broken UTF-8', Buffer.from('<r>\xff</r>', 'latin1'), 'encoding-broken'],
  ['no XML', Buffer.from('hello'), 'xml'],
  ['nothing', Buffer.alloc(0), 'xml'],
  ['an open element', Buffer.from('<r><a></r>'), 'xml'],
  ['two roots', Buffer.from('<r/><r/>'), 'xml'],
  ['an unknown entity', Buffer.from('<r>&nbsp;</r>'), 'xml'],
  ['a repeated attribute', Buffer.from('<r a="1" a="2"/>'), 'xml'],
  ['a character that XML forbids', Buffer.from('<r>&#0;</r>'), 'xml']
])('refuses %s', (_, bytes, reason) => {
  expect(refusal(bytes)).toEqual({ code: 'DECODE_FAILED', reason })
})

const BOMB = `<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">${Array.from('bcdefghij', (name, i) => {
  const before = 'abcdefghi'[i]
  return `<!ENTITY ${name} "${`&${before};`.repeat(10)}">`
}).join('')}]><r>&j;</r>`

test.each([
  ['external entity', '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>'],
  ['entity bomb', BOMB],
  ['parameter entity', '<!DOCTYPE r [<!ENTITY % p SYSTEM "http://127.0.0.1/x"> %p;]><r/>'],
  ['external subset', '<!DOCTYPE r SYSTEM "r.dtd"><r/>'],
  ['public identifier', '<!DOCTYPE r PUBLIC "-//X//EN" "http://127.0.0.1/r.dtd"><r/>'],
  ['bare one', '<!DOCTYPE r><r/>'],
  ['one behind comments', '<?xml version="1.0"?><!-- a --><?p i?><!DOCTYPE r><r/>']
])('refuses a DOCTYPE before it is expanded: %s', (_, text) => {
  expect(refusal(text)).toEqual({ code: 'DECODE_FAILED', reason: 'doctype' })
  expect(refusal(Buffer.from(`\ufeff${text}`, 'utf16le'))).toEqual({ code: 'DECODE_FAILED', reason: 'doctype' })
})

test('passes over one that names an external file only, where that is asked for, and no other', () => {
  const options = { externalDoctypeOf: 'r' }
  expect(parseXml(Buffer.from('<!DOCTYPE r SYSTEM "r.dtd"><r>1</r>'), options).text).toBe('1')
  for (const doctype of [
    'r SYSTEM "r.dtd" [<!ENTITY a "b">]',
    's SYSTEM "r.dtd"',
    'r [<!ENTITY a "b">]',
    'r PUBLIC "p" "r"'
  ]) {
    expect(refusal(`<!DOCTYPE ${doctype}><r/>`, options)).toEqual({ code: 'DECODE_FAILED', reason: 'doctype' })
  }
  expect(refusal('<!DOCTYPE r SYSTEM "r.dtd"><r>&a;</r>', options)).toEqual({ code: 'DECODE_FAILED', reason: 'xml' })
})

test.each([
  ['10,000 levels', '<a>'.repeat(10_000), 'xml-depth'],
  ['1,000,000 siblings', `<r>${'<a/>'.repeat(1_000_000)}</r>`, 'xml-elements'],
  ['100,000 attributes', `<r ${Array.from({ length: 100_000 }, (_v, n) => `a${n}=""`).join(' ')}/>`, 'xml-attributes'],
  ['a huge attribute', `<r a="${'x'.repeat(20_000_000)}"/>`, 'xml-attribute'],
  ['a huge name', `<${'r'.repeat(1_000_000)}/>`, 'xml-name'],
  ['a huge attribute name', `<r ${'r'.repeat(1_000_000)}=""/>`, 'xml-name']
])('refuses %s in bounded memory', (_, text, reason) => {
  const bytes = Buffer.from(text)
  const before = process.memoryUsage().heapUsed
  expect(refusal(bytes)).toEqual({ code: 'MESSAGE_TOO_LARGE', reason })
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(bytes.length * 4 + 100 * 2 ** 20)
})

test('refuses more bytes than the limit before they are decoded', () => {
  expect(refusal(Buffer.alloc(XML_LIMITS.bytes + 1, 32))).toEqual({ code: 'MESSAGE_TOO_LARGE', reason: 'xml-bytes' })
})

test('reads a text of 10 MB in one element', () => {
  expect(parse(`<r>${'1234567 '.repeat(1_250_000)}</r>`).text).toHaveLength(10_000_000)
})

test.each([
  ['12', 12],
  [' -0.5e1 ', -5],
  ['+.5', 0.5],
  ['1.', 1],
  ['', undefined],
  ['0x10', undefined],
  ['1,5', undefined],
  ['NaN', undefined],
  ['1e999', undefined]
])('takes %p for the number %p', (text, value) => {
  expect(numberOf(text)).toBe(value)
})
