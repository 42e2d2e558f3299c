import { parseResource } from '../../adapters/formats/fhir-bundle/parse-json.ts'
import { detect } from '../../adapters/transports/http-drop/detect.ts'
import { ownValue } from '../../core/own-value.ts'
import { readJson } from '../../server/fhir/read-json.ts'
import { inspect } from '../../server/store/inspect.ts'
import { applyJsonPatch } from '../../server/store/json-patch.ts'
import { codeOf, heldAndSeenFailing } from './held-and-seen-failing.ts'
import { type HostileNames, trusting } from './prototype.vulnerable.ts'

const ours: HostileNames = {
  takeJson(text) {
    inspect(readJson(text) as { resourceType: string })
    parseResource(Buffer.from(text))
  },
  patch: (resource, path, value) => void applyJsonPatch(resource, [{ op: 'add', path, value }]),
  lookUp: ownValue,
  mediaType: (name) => detect(Buffer.from('x'), name)?.family
}
const patient = { resourceType: 'Patient', id: '1' } as const
const isClean = (): void => {
  const found = (Object.prototype as { polluted?: unknown }).polluted
  delete (Object.prototype as { polluted?: unknown }).polluted
  expect(found).toBeUndefined()
}

heldAndSeenFailing<HostileNames>(
  'names from outside reach no prototype (A3-38)',
  {
    '__proto__ in FHIR JSON'(names) {
      const refused = codeOf(() => names.takeJson('{"resourceType":"Patient","__proto__":{"polluted":1}}'))
      isClean()
      expect(refused).toBe('FHIR_INVALID key')
    },
    'constructor.prototype in FHIR JSON'(names) {
      const refused = codeOf(() =>
        names.takeJson('{"resourceType":"Patient","constructor":{"prototype":{"polluted":1}}}')
      )
      isClean()
      expect(refused).toBe('FHIR_INVALID key')
    },
    'a JSON Patch path'(names) {
      const refused = codeOf(() => names.patch({ ...patient }, '/__proto__/polluted', 1))
      isClean()
      expect(refused).toBe('BAD_REQUEST patch-path')
    },
    'a row of a table'(names) {
      expect(['constructor', '__proto__', 'toString'].map((name) => names.lookUp({ K: 1 }, name))).toEqual([
        undefined,
        undefined,
        undefined
      ])
    },
    'a Content-Type'(names) {
      expect(names.mediaType('constructor')).toBeUndefined()
    }
  },
  { real: ours, weak: trusting }
)
