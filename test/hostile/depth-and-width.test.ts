import { parseResource } from '../../adapters/formats/fhir-bundle/parse-json.ts'
import { parseMessage } from '../../adapters/hl7v2/parse.ts'
import { walkDataSet } from '../../dicom/elements.ts'
import { DEFAULT_LIMITS } from '../../dicom/limits.ts'
import { readJson } from '../../server/fhir/read-json.ts'
import { inspect } from '../../server/store/inspect.ts'
import { nestedItems, splitting, walking } from './depth-and-width.vulnerable.ts'
import { codeOf, heldAndSeenFailing } from './held-and-seen-failing.ts'

type Reader<T> = (input: T) => unknown

const DEEP = 10_000
const nested = (depth: number): string =>
  `{"resourceType":"Patient","extension":${'[{"extension":'.repeat(depth)}[]${'}]'.repeat(depth)}}`
const wide = `{"resourceType":"Patient","x":[${'0,'.repeat(1_000_000)}0]}`
const contained = {
  resourceType: 'Patient',
  contained: Array.from({ length: 100_000 }, () => ({ resourceType: 'Basic' }))
}
const CODED = /^(FHIR_INVALID|DECODE_FAILED|MESSAGE_TOO_LARGE|DICOM_LIMIT|DICOM_TRUNCATED) ?[a-z-]*$/

for (const [door, read] of [
  ['REST', (text: string) => inspect(readJson(text) as { resourceType: string })],
  ['a file', (text: string) => parseResource(Buffer.from(text))]
] as [string, Reader<string>][]) {
  heldAndSeenFailing<Reader<string>>(
    `FHIR JSON by ${door} (A3-40)`,
    {
      'ten thousand levels': (reader) => expect(codeOf(() => reader(nested(DEEP)))).toMatch(CODED),
      'a million siblings': (reader) => expect(codeOf(() => reader(wide))).toMatch(CODED)
    },
    { real: read, weak: walking }
  )
}

heldAndSeenFailing<Reader<object>>(
  'a resource (A3-40)',
  { 'a hundred thousand contained': (reader) => expect(codeOf(() => reader(contained))).toBe('FHIR_INVALID too-many') },
  {
    real: (resource) => inspect(resource as { resourceType: string }),
    weak: (resource) => walking(JSON.stringify(resource))
  }
)

const level = Buffer.from([
  0x40, 0, 0x75, 0x02, 0x53, 0x51, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xfe, 0xff, 0, 0xe0, 0xff, 0xff, 0xff, 0xff
])
heldAndSeenFailing<Reader<Uint8Array>>(
  'a DICOM data set (A3-40)',
  {
    'ten thousand sequences within each other, never closed': (reader) =>
      expect(codeOf(() => reader(Buffer.concat(Array<Buffer>(DEEP).fill(level))))).toMatch(CODED)
  },
  {
    real: (bytes) => walkDataSet(bytes, 0, { explicit: true, littleEndian: true }, { limits: DEFAULT_LIMITS }),
    weak: nestedItems
  }
)

const MSH = 'MSH|^~\\&|A|B|C|D|20260310||ORU^R01^ORU_R01|1|P|2.5.1\r'
const message = (segments: string): Uint8Array => Buffer.from(MSH + segments)
heldAndSeenFailing<Reader<Uint8Array>>(
  'an HL7 v2 message (A3-40)',
  {
    'a hundred thousand segments and one': (reader) =>
      expect(codeOf(() => reader(message('NTE|1\r'.repeat(100_001))))).toBe('MESSAGE_TOO_LARGE segments'),
    'ten thousand fields': (reader) =>
      expect(codeOf(() => reader(message(`OBX${'|'.repeat(10_000)}\r`)))).toBe('MESSAGE_TOO_LARGE fields'),
    'two million repetitions': (reader) =>
      expect(codeOf(() => reader(message(`OBX|1|NA|||${'~'.repeat(2_000_001)}\r`)))).toBe(
        'MESSAGE_TOO_LARGE repetitions'
      )
  },
  {
    real(bytes) {
      const obx = parseMessage(bytes).first('OBX')
      return obx?.repetitions(5)
    },
    weak: splitting
  }
)

test('a hundred thousand repetitions and ten thousand components are read, each in its place', () => {
  const repetitions = parseMessage(message(`OBX|1|NA|||${'1~'.repeat(99_999)}7\r`)).first('OBX')!
  expect([repetitions.repetitions(5), repetitions.get(5, 1, 100_000)]).toEqual([100_000, '7'])
  const components = parseMessage(message(`OBX|1|NA|||${'1^'.repeat(9_999)}7\r`)).first('OBX')!
  expect(components.get(5, 10_000)).toBe('7')
})
