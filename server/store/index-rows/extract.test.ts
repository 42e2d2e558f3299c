import type { Resource } from '@medplum/fhirtypes'
import { definitions } from '../definitions.ts'
import { parametersOf } from '../search/parameters.ts'
import { extractRows } from './extract.ts'
import { paramId } from './rows.ts'

const rowsOf = (resource: Resource, code: string): unknown[][] => {
  const p = paramId(resource.resourceType, code)
  return Object.values(extractRows(resource)).flatMap((rows: unknown[][]) =>
    rows.filter((row) => row[0] === p).map((row) => row.slice(1))
  )
}

// Composite parameters and Location.near are known not to be indexed; every other published one must be.
test('every published parameter of every R4 type that is not composite or special is compiled', () => {
  const left: string[] = []
  for (const type of definitions().resourceTypes) {
    for (const { base, code, type: kind } of definitions().searchParameters) {
      if (!base?.includes(type as never) || kind === 'composite' || kind === 'special') continue
      if (!parametersOf(type).has(code!)) left.push(`${type}.${code}`)
    }
  }
  expect(left).toEqual([])
})

test.each<[string, Resource, string, unknown[][]]>([
  [
    'a choice by type',
    { resourceType: 'Observation', status: 'final', code: {}, valueQuantity: { value: 5, unit: 'x' } },
    'value-quantity',
    [[5, '', '', 'x']]
  ],
  [
    'where(resolve() is Patient)',
    { resourceType: 'Observation', status: 'final', code: {}, subject: { reference: 'Group/1' } },
    'patient',
    []
  ],
  [
    "where(system='phone')",
    {
      resourceType: 'Patient',
      telecom: [
        { system: 'email', value: 'e' },
        { system: 'phone', value: '1' }
      ]
    },
    'phone',
    [['', '1']]
  ],
  ['exists() and != false, alive', { resourceType: 'Patient', deceasedBoolean: false }, 'deceased', [['', 'false']]],
  [
    'exists() and != false, dead',
    { resourceType: 'Patient', deceasedDateTime: '2026-01-01' },
    'deceased',
    [['', 'true']]
  ],
  [
    'a name without accents',
    { resourceType: 'Patient', name: [{ family: 'Åström' }] },
    'family',
    [['astrom', 'Åström']]
  ],
  [
    'a versioned reference',
    { resourceType: 'Observation', status: 'final', code: {}, subject: { reference: 'Patient/1/_history/2' } },
    'subject',
    [['Patient', '1', '']]
  ],
  [
    'an absolute reference',
    { resourceType: 'Observation', status: 'final', code: {}, subject: { reference: 'http://x/Patient/1' } },
    'subject',
    [['', '', 'http://x/Patient/1']]
  ]
])('%s', (_name, resource, code, expected) => {
  expect(rowsOf(resource, code)).toEqual(expected)
})
