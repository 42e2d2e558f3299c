import { readdirSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import type { DiagnosticReport, Observation } from '@medplum/fhirtypes'
import type { Decoded } from '../../../core/decoded.ts'
import { HIS } from '../../../fhir-profiles/index.ts'
import { dataPath, dataTest } from '../../../test/support/data.ts'
import {
  assertTruncationSafe,
  assertValid,
  envelopeOf,
  feedOf,
  resourcesOf
} from '../../../test/support/decoded-valid.ts'
import format from './index.ts'
import { peekFhir } from './peek.ts'

const fixture = readFileSync(new URL('./fixtures/transaction.json', import.meta.url))
const decode = (body: Uint8Array | object): Decoded => {
  const bytes = body instanceof Uint8Array ? body : Buffer.from(JSON.stringify(body))
  const decoded = format.decode(envelopeOf(bytes, { family: 'fhir', kind: 'fhir/Bundle' }), feedOf()) as Decoded
  assertValid(decoded)
  return decoded
}
const bundle = (...resources: object[]): object => ({
  resourceType: 'Bundle',
  type: 'collection',
  entry: resources.map((resource) => ({ resource }))
})
const potassium = { resourceType: 'Observation', id: 'o1', status: 'final', code: { text: 'K' } }

describe('a transaction', () => {
  const decoded = decode(fixture)
  const [group] = decoded.groups

  test('claims the patient by its identifiers; an OID authority loses its urn', () => {
    expect(decoded.groups).toHaveLength(1)
    expect(group?.subject).toEqual({
      identifiers: [{ value: '4711', authority: '2.16.840.1.113883.3.1', type: 'MR' }],
      family: 'Muster',
      given: ['Erika'],
      birthDate: '1956-04-12',
      sex: 'female',
      address: { line: 'Hauptstr. 1', city: 'Berlin' }
    })
  })

  test('keys entries by id, else identifier, else fullUrl; what others refer to stands first', () => {
    expect(resourcesOf(decoded).map(({ businessKey }) => businessKey)).toEqual([
      'fhir|test|Organization|urn:example:org%7CKLINIK',
      'fhir|test|Observation|k-1',
      'fhir|test|DiagnosticReport|44444444-4444-4444-8444-444444444444'
    ])
  })

  test('makes references ours, and logical where the bundle does not hold their target', () => {
    const [, observation, report] = resourcesOf(decoded).map(({ resource }) => resource) as [
      unknown,
      Observation,
      DiagnosticReport
    ]
    expect(observation.subject).toEqual({ reference: 'urn:hisbundle:subject' })
    expect(observation.performer).toEqual([
      { reference: 'urn:hisbundle:key:fhir|test|Organization|urn:example:org%7CKLINIK' },
      { identifier: { system: 'urn:example:staff', value: '77' } }
    ])
    expect(report.result).toEqual([{ reference: 'urn:hisbundle:key:fhir|test|Observation|k-1' }])
    expect(report.basedOn).toEqual([
      { identifier: { system: 'urn:hisbundle:fhir-server:test', value: 'ServiceRequest/elsewhere' } }
    ])
  })

  test('drops the id and version of the sender and keeps its tags', () => {
    const observation = resourcesOf(decoded)[1]?.resource
    expect(observation?.id).toBeUndefined()
    expect(observation?.meta).toEqual({ tag: [{ system: 'urn:example:tags', code: 'simulated' }] })
  })

  test('takes SampledData of ECG leads as a recording in mV', () => {
    const [recording] = group?.waveforms ?? []
    expect(recording).toMatchObject({
      businessKey: 'fhir|test|Observation|ecg-1',
      receivedFrom: 'fhir',
      state: 'final'
    })
    expect(recording?.acquiredAt.instant).toBe('2026-03-01T11:08:00.500Z')
    const [waveform] = recording?.waveforms ?? []
    expect(waveform?.rateHz).toBe(500)
    expect(waveform?.leads.map(({ name, mdc, unit }) => [name, mdc, unit])).toEqual([
      ['I', 1, 'mV'],
      ['II', 2, 'mV']
    ])
    // 100 x 4.88 uV
    expect(waveform?.samples[0]?.[1]).toBeCloseTo(0.488, 12)
    expect(waveform?.samples[0]?.[2]).toBeNaN()
    expect(waveform?.gaps).toEqual([{ lead: 0, from: 2, to: 3 }])
  })

  test('notes a request to delete, which it does not follow', () => {
    expect(decoded.notes).toEqual([{ code: 'content-ignored', at: 'Bundle.entry[5]' }])
  })
})

test('two patients are two groups, and neither is the subject of the other', () => {
  const { groups } = decode(
    bundle(
      { resourceType: 'Patient', id: 'a' },
      { resourceType: 'Patient', id: 'b' },
      { ...potassium, subject: { reference: 'Patient/b' }, focus: [{ reference: 'Patient/a' }] }
    )
  )
  expect(groups.map(({ subject, resources }) => [subject?.identifiers[0], resources.length])).toEqual([
    [{ value: 'a', authority: 'fhir-server:test', type: 'PI' }, 0],
    [{ value: 'b', authority: 'fhir-server:test', type: 'PI' }, 1]
  ])
  const observation = groups[1]?.resources[0]?.resource as Observation
  expect(observation.subject?.reference).toBe('urn:hisbundle:subject')
  expect(observation.focus?.[0]?.reference).toBeUndefined()
})

test.each([
  [{ reference: 'Patient/77' }, { value: '77', authority: 'fhir-server:test' }],
  [{ identifier: { system: 'urn:oid:1.2.3', value: 'M1' } }, { value: 'M1', authority: '1.2.3' }],
  [{ reference: 'Patient?identifier=urn:example:mrn|M2' }, { value: 'M2', authority: 'urn:example:mrn' }]
])('a single resource of %j claims that patient', (subject, expected) => {
  const { groups } = decode({ ...potassium, subject })
  expect(groups.map((group) => group.subject?.identifiers)).toEqual([[expected]])
  expect(groups[0]?.resources[0]?.resource).toMatchObject({ subject: { reference: 'urn:hisbundle:subject' } })
})

test('the timestamp of a Bundle is the time of the message', () => {
  const stamped = { ...bundle({ resourceType: 'Patient', id: 'a' }), timestamp: '2026-03-01T13:00:00+01:00' }
  expect(decode(stamped).messageTime?.instant).toBe('2026-03-01T12:00:00.000Z')
})

test('a resource of nobody has no subject', () => {
  const { groups } = decode({ resourceType: 'Organization', id: 'o', name: 'Simulated' })
  expect(groups.map(({ subject, resources }) => [subject, resources.length])).toEqual([[undefined, 1]])
})

test('what names no patient that can be told is never given to the patient beside it', () => {
  const { groups } = decode(
    bundle({ resourceType: 'Patient', id: 'a' }, potassium, {
      ...potassium,
      id: 'o2',
      subject: { reference: 'urn:uuid:9' }
    })
  )
  expect(groups.map(({ subject, resources }) => [subject?.identifiers[0]?.value, resources.length])).toEqual([
    ['a', 0],
    [undefined, 2]
  ])
})

test('entries with one identity keep keys of their own', () => {
  const keys = resourcesOf(decode(bundle(potassium, potassium))).map(({ businessKey }) => businessKey)
  expect(keys).toEqual(['fhir|test|Observation|o1', 'fhir|test|Observation|entry-2'])
})

describe('an ECG that cannot be trusted', () => {
  const ecg = JSON.parse(fixture.toString()).entry[4].resource
  const changed = (change: (copy: typeof ecg) => void) => {
    const copy = structuredClone(ecg)
    change(copy)
    return copy
  }
  test.each([
    [
      'LEAD_UNKNOWN',
      changed((copy) => {
        copy.component[1].code.coding[0].code = '131999'
      })
    ],
    [
      'UNIT_UNKNOWN',
      changed((copy) => {
        copy.component[0].valueSampledData.origin = { value: 0, unit: 'mmHg', code: 'mm[Hg]' }
      })
    ],
    [
      'TIME_UNUSABLE',
      changed((copy) => {
        delete copy.effectiveDateTime
      })
    ],
    [
      'FHIR_INVALID',
      changed((copy) => {
        copy.component[1].valueSampledData.data = '1 2'
      })
    ]
  ])('is refused with %s', (code, resource) => {
    expect(() => decode(resource)).toThrow(expect.objectContaining({ name: 'AppError', code }))
  })
  test('is a retraction when it was entered in error', () => {
    const taken = (status: string, ...tag: object[]) =>
      decode({ ...ecg, status, meta: { tag } }).groups[0]?.waveforms[0]
    expect(taken('entered-in-error')?.state).toBe('retracted')
    expect(taken('entered-in-error')?.wrongPatient).toBeUndefined()
    expect(taken('entered-in-error', HIS['wrong-patient'])?.wrongPatient).toBe(true)
    expect(taken('final', HIS['wrong-patient'])?.wrongPatient).toBeUndefined()
  })
})

test.each([
  ['no JSON', 'json', '{"resourceType":'],
  ['an array', 'resource-type', '[]'],
  ['a number', 'not-json-object', '1'],
  ['no type', 'resource-type', '{}'],
  ['a history', 'bundle-type', '{"resourceType":"Bundle","type":"history"}'],
  ['an entry of no type', 'resource-type', '{"resourceType":"Bundle","type":"batch","entry":[{"resource":{"a":1}}]}'],
  ['a name that reaches a prototype', 'forbidden-key', '{"resourceType":"Basic","__proto__":{"polluted":true}}'],
  ['a number that would be rounded', 'number-precision', '{"resourceType":"Basic","x":1e400}'],
  ['a width without end', 'values', `{"resourceType":"Basic","x":[${'0,'.repeat(500_000)}0]}`],
  ['a depth without end', 'depth', `{"resourceType":"Basic","x":${'['.repeat(200)}${']'.repeat(200)}}`]
])('refuses %s', (_, reason, text) => {
  expect(() => decode(Buffer.from(text))).toThrow(expect.objectContaining({ code: 'DECODE_FAILED', reason }))
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
})

test('wrong shapes inside a bundle are refused by code', () => {
  for (const entry of [
    'x',
    [1],
    [null],
    [{ resource: { resourceType: 'Patient', name: 'x', identifier: 7, telecom: {} } }]
  ]) {
    try {
      format.decode(envelopeOf(Buffer.from(JSON.stringify({ resourceType: 'Bundle', type: 'batch', entry }))), feedOf())
    } catch (error) {
      expect(error).toMatchObject({ name: 'AppError' })
    }
  }
})

test('a patient claims nothing by what is no text', () => {
  const patient = {
    resourceType: 'Patient',
    id: 7,
    identifier: [
      { system: {}, value: 5 },
      null,
      { value: ['x'] },
      { value: 'M1', system: 3, type: { coding: [{ code: 1 }] } }
    ],
    name: [null, { family: ['x'], given: [1, 'Erika', null] }],
    telecom: [{ system: 'phone', value: 1 }],
    gender: 'x',
    deceasedBoolean: 'no',
    address: [{ line: [1], city: 2 }]
  }
  const observation = { ...potassium, subject: { identifier: { value: 9 } } }
  const body = Buffer.from(JSON.stringify(bundle(patient, observation)))
  const { groups } = format.decode(envelopeOf(body, { family: 'fhir', kind: 'fhir/Bundle' }), feedOf()) as Decoded
  expect(groups.map(({ subject }) => subject)).toEqual([
    { identifiers: [{ value: 'M1' }], given: ['Erika'], address: {} },
    undefined
  ])
})

describe('peek', () => {
  const kindOf = (text: string) => peekFhir(Buffer.from(text), {}).kind
  test('names the top-level type wherever it stands, not one inside', () => {
    expect(kindOf('{"resourceType":"Bundle"}')).toBe('fhir/Bundle')
    expect(
      kindOf(
        ' {"contained":[{"resourceType":"Patient"}],"text":"\\"resourceType\\":\\"X\\"","resourceType" : "Observation"}'
      )
    ).toBe('fhir/Observation')
    expect(peekFhir(fixture, {}).kind).toBe('fhir/Bundle')
  })
  test('looks at 64 KiB', () => {
    expect(kindOf(`{"text":"${'x'.repeat(70_000)}","resourceType":"Bundle"}`)).toBe('fhir/unknown')
  })
  test('refuses what is no object', () => {
    expect(() => kindOf('MSH|^~\\&')).toThrow(expect.objectContaining({ code: 'DECODE_FAILED' }))
  })
})

test('cut at every byte it throws coded errors only, and twice it gives the same', async () => {
  await assertTruncationSafe(format, fixture, 'fhir/Bundle')
  expect(decode(fixture)).toEqual(decode(fixture))
})

test('accepts FHIR kinds only', () => {
  expect(['fhir/Bundle', 'fhir/Observation', 'ORU^R01'].map((kind) => format.accepts(kind))).toEqual([
    true,
    true,
    false
  ])
})

dataTest('every shared Synthea bundle decodes to valid resources of one patient, its potassium included', async () => {
  const found: Record<string, [number, number]> = {}
  for (const file of readdirSync(dataPath('fhir')).filter((name) => name.endsWith('.json.gz'))) {
    const body = gunzipSync(readFileSync(dataPath('fhir', file)))
    const decoded = format.decode(envelopeOf(body, { family: 'fhir' }), feedOf()) as Decoded
    assertValid(decoded)
    const entries = JSON.parse(body.toString()).entry.length
    const observations = resourcesOf(decoded).map(({ resource }) => resource)
    expect(observations).toHaveLength(entries - 1)
    const name = file.split('_')[0] ?? ''
    const isPotassium = (resource: unknown) => (resource as Observation).code?.coding?.[0]?.code === '6298-4'
    found[name] = [decoded.groups.length, observations.filter(isPotassium).length]
  }
  // data/README.md, section fhir: potassium counts by person
  expect(found).toEqual({ Almeda: [1, 10], Andy: [1, 10], Beatrice: [1, 1], Buddy: [1, 16], Cathryn: [1, 3] })
})
