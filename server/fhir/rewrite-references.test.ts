import { parseJson, stringifyJson } from '../../core/json-numbers.ts'
import { rewriteReferences } from './rewrite-references.ts'

const references = new Map([
  ['urn:uuid:1', 'Patient/a'],
  ['http://example.org/fhir/Patient/9', 'Patient/b']
])

test('names what the entry became, with fragment and version behind, and in narratives', () => {
  expect(
    rewriteReferences(
      {
        subject: { reference: 'urn:uuid:1' },
        focus: [{ reference: 'http://example.org/fhir/Patient/9/_history/2' }, { reference: 'urn:uuid:1#x' }],
        text: { div: '<div><a href="urn:uuid:1">p</a></div>' }
      },
      references
    )
  ).toEqual({
    subject: { reference: 'Patient/a' },
    focus: [{ reference: 'Patient/b/_history/2' }, { reference: 'Patient/a#x' }],
    text: { div: '<div><a href="Patient/a">p</a></div>' }
  })
})

test('leaves everything else as it is, the very same object', () => {
  const resource = { subject: { reference: 'urn:uuid:10' }, note: 'see urn:uuid:1' }
  expect(rewriteReferences(resource, references)).toBe(resource)
})

test('a __proto__ key stays a plain key', () => {
  const out = rewriteReferences(JSON.parse('{"__proto__":{"x":1},"a":"urn:uuid:1"}'), references) as object
  expect(Object.keys(out)).toEqual(['__proto__', 'a'])
  expect(({} as Record<string, unknown>)['x']).toBeUndefined()
})

test('numbers beside a replaced reference keep their digits, also in lists', () => {
  const text = '{"a":[{"value":1.50,"b":{"reference":"urn:x"}}],"list":[0.010,{"reference":"urn:x"}]}'
  const rewritten = rewriteReferences(parseJson(text), new Map([['urn:x', 'Patient/1']]))
  expect(stringifyJson(rewritten)).toBe(text.replaceAll('urn:x', 'Patient/1'))
})
