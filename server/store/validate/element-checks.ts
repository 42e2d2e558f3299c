import { type InternalSchemaElement, tryGetDataType } from '@medplum/core'
import type { Terminology } from '../terminology.ts'

/** What validateResource of @medplum/core 5.2 leaves unchecked of one element. */
export interface ElementCheck {
  /** FHIR type of the values under this key. */
  type: string
  /** More than one value is possible, so JSON has a list. */
  isList: boolean | undefined
  /** Required binding, when its value set can be listed here. */
  codes?: { has(code: string, system?: string): boolean }
  /** Resource types a reference may name; absent: any. */
  targets?: ReadonlySet<string>
}

export interface TypeChecks {
  byKey: ReadonlyMap<string, ElementCheck>
  /** Names of choice elements, without [x]: a key that begins so and is not in byKey has a type that is not allowed. */
  choices: readonly string[]
}

const STRUCTURE = 'http://hl7.org/fhir/StructureDefinition/'

/** Checks of a type, as a profile narrows it when one is given; made once for each. */
export function elementChecks(terminology: Terminology): (type: string, profileUrl?: string) => TypeChecks | undefined {
  const made = new Map<string, TypeChecks | undefined>()

  function build(type: string, profileUrl?: string): TypeChecks | undefined {
    const schema = tryGetDataType(type, profileUrl)
    if (!schema) return undefined
    const byKey = new Map<string, ElementCheck>()
    const choices: string[] = []
    for (const [name, element] of Object.entries(schema.elements)) {
      if (name.includes('.')) continue
      const choice = name.endsWith('[x]') ? name.slice(0, -3) : undefined
      if (choice) choices.push(choice)
      for (const { code, targetProfile } of element.type) {
        const key = choice ? choice + code[0]!.toUpperCase() + code.slice(1) : name
        byKey.set(key, {
          type: code,
          isList: element.isArray,
          codes: requiredCodes(element),
          targets: targetTypes(targetProfile)
        })
      }
    }
    return { byKey, choices }
  }

  function requiredCodes(element: InternalSchemaElement): ElementCheck['codes'] {
    const { binding } = element
    return binding?.strength === 'required' && binding.valueSet ? terminology.lookup(binding.valueSet) : undefined
  }

  return (type, profileUrl) => {
    const name = `${type} ${profileUrl ?? ''}`
    if (!made.has(name)) made.set(name, build(type, profileUrl))
    return made.get(name)
  }
}

/** Base types of targetProfile; a profile of ours as target counts as its base type when that is its last path part. */
function targetTypes(profiles: string[] | undefined): ReadonlySet<string> | undefined {
  if (!profiles?.length) return undefined
  const types = new Set<string>()
  for (const profile of profiles) {
    if (!profile.startsWith(STRUCTURE)) return undefined
    types.add(profile.slice(STRUCTURE.length))
  }
  return types.has('Resource') ? undefined : types
}
