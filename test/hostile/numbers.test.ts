import { parseResource } from '../../adapters/formats/fhir-bundle/parse-json.ts'
import { readJson } from '../../server/fhir/read-json.ts'
import { codeOf, heldAndSeenFailing } from './held-and-seen-failing.ts'
import { rounding } from './numbers.vulnerable.ts'

const quantity = (value: string): string => `{"resourceType":"Observation","valueQuantity":{"value":${value}}}`
type Reader = (text: string) => unknown

for (const [door, read, code] of [
  ['REST', readJson, 'FHIR_INVALID number-precision'],
  ['a file', (text: string) => parseResource(Buffer.from(text)), 'DECODE_FAILED number-precision']
] as [string, Reader, string][]) {
  heldAndSeenFailing<Reader>(
    `a number that a double cannot hold is refused, by ${door} (A3-41)`,
    {
      '1e400, which would be stored as null': (reader) => expect(codeOf(() => reader(quantity('1e400')))).toBe(code),
      'a number of 20 digits': (reader) => expect(codeOf(() => reader(quantity('12345678901234567890')))).toBe(code),
      'a decimal of 20 digits': (reader) => expect(codeOf(() => reader(quantity('0.10000000000000000001')))).toBe(code)
    },
    { real: read, weak: rounding }
  )
}
