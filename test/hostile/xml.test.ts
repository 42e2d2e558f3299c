import { parseXml } from '../../adapters/ecg/xml/parse.ts'
import { codeOf, heldAndSeenFailing } from './held-and-seen-failing.ts'
import { expanding } from './xml.vulnerable.ts'

type Reader = (bytes: Uint8Array) => unknown

const refused = (text: string, code: string) => (reader: Reader) => {
  expect(codeOf(() => reader(Buffer.from(text)))).toBe(code)
}
const bomb = `<!DOCTYPE r [<!ENTITY a "${'x'.repeat(1000)}">${'bcdefghi'
  .split('')
  .map((name, n) => `<!ENTITY ${name} "${`&${'abcdefgh'[n]};`.repeat(10)}">`)
  .join('')}]><r>&i;</r>`

heldAndSeenFailing<Reader>(
  'XML of files (A3-28, A3-40)',
  {
    'a file of this machine as an entity': refused(
      '<!DOCTYPE r [<!ENTITY f SYSTEM "file:///etc/hostname">]><r>&f;</r>',
      'DECODE_FAILED doctype'
    ),
    'an entity bomb': refused(bomb, 'DECODE_FAILED doctype'),
    'an external subset': refused('<!DOCTYPE r SYSTEM "http://127.0.0.1/r.dtd"><r/>', 'DECODE_FAILED doctype'),
    'a DOCTYPE that declares nothing': refused('<!DOCTYPE r><r/>', 'DECODE_FAILED doctype'),
    'ten thousand levels': refused(`${'<a>'.repeat(10_000)}${'</a>'.repeat(10_000)}`, 'MESSAGE_TOO_LARGE xml-depth'),
    'a million siblings': refused(`<r>${'<a/>'.repeat(1_000_000)}</r>`, 'MESSAGE_TOO_LARGE xml-elements'),
    'ten thousand attributes': refused(
      `<r ${Array.from({ length: 10_000 }, (_, n) => `p:a${n}=""`).join(' ')}/>`,
      'MESSAGE_TOO_LARGE xml-attributes'
    ),
    'the same attribute under ten thousand prefixes': refused(
      `<r ${Array.from({ length: 10_000 }, (_, n) => `p${n}:a=""`).join(' ')}/>`,
      'MESSAGE_TOO_LARGE xml-attributes'
    ),
    'an attribute of a megabyte': refused(`<r a="${'x'.repeat(1_000_000)}"/>`, 'MESSAGE_TOO_LARGE xml-attribute')
  },
  { real: parseXml, weak: expanding }
)
