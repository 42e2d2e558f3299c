import type { Patient } from '@medplum/fhirtypes'
import { raceOf } from './race.ts'

const person = (race: string[], ethnicity: string[] = []): Patient => ({
  resourceType: 'Patient',
  extension: [['us-core-race', race] as const, ['us-core-ethnicity', ethnicity] as const].map(([name, codes]) => ({
    url: `http://hl7.org/fhir/us/core/StructureDefinition/${name}`,
    extension: codes.map((code) => ({ url: 'ombCategory', valueCoding: { code } }))
  }))
})

// OMB categories of the CDC race and ethnicity code system, as US Core names them.
test.each([
  [['2106-3'], [], 'white'],
  [['2054-5'], [], 'black'],
  [['2028-9'], [], 'asian'],
  [['1002-5'], [], 'other'],
  [['2106-3', '2054-5'], [], 'other'],
  [['2106-3'], ['2135-2'], 'hispanic'],
  [['2106-3'], ['2186-5'], 'white'],
  [[], ['2135-2'], 'hispanic'],
  [['UNK'], [], undefined],
  [[], [], undefined]
])('%j and %j are %s', (race, ethnicity, expected) => {
  expect(raceOf(person(race, ethnicity))).toBe(expected)
})

test('nobody recorded anything', () => {
  expect(raceOf({ resourceType: 'Patient' })).toBeUndefined()
  expect(raceOf(undefined)).toBeUndefined()
})
