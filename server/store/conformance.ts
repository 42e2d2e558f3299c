import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { CodeSystem, SearchParameter, StructureDefinition, ValueSet } from '@medplum/fhirtypes'

/** What our own implementation guide defines, as SUSHI compiled it. */
export interface Conformance {
  profiles: StructureDefinition[]
  terminology: (ValueSet | CodeSystem)[]
  searchParameters: SearchParameter[]
}

const GENERATED = fileURLToPath(new URL('../../fhir-profiles/generated', import.meta.url))

let own: Conformance | undefined

/** Our guide, read once in a process. */
export function ownConformance(): Conformance {
  own ??= loadConformance()
  return own
}

/** Reads the generated artefacts of the guide; a StructureDefinition without snapshot cannot be enforced and is left out. */
export function loadConformance(folder: string = GENERATED): Conformance {
  const conformance: Conformance = { profiles: [], terminology: [], searchParameters: [] }
  for (const name of readdirSync(folder).sort()) {
    if (!name.endsWith('.json')) continue
    const resource = JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')) as {
      resourceType?: string
      snapshot?: unknown
    }
    if (resource.resourceType === 'StructureDefinition' && resource.snapshot) {
      conformance.profiles.push(resource as StructureDefinition)
    } else if (resource.resourceType === 'ValueSet' || resource.resourceType === 'CodeSystem') {
      conformance.terminology.push(resource as ValueSet | CodeSystem)
    } else if (resource.resourceType === 'SearchParameter') {
      conformance.searchParameters.push(resource as SearchParameter)
    }
  }
  return conformance
}
