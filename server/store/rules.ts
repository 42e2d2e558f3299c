import { type Conformance, ownConformance } from './conformance.ts'
import { createTerminology, type Terminology } from './terminology.ts'
import { createValidator, type Validate } from './validate/validator.ts'

/** What a store holds its resources to. */
export interface Rules {
  terminology: Terminology
  /** Made when first used: it needs the definitions, which take a second to load. */
  validate: Validate
}

let own: Rules | undefined

/** The rules of our own guide, made once in a process. */
export function ownRules(): Rules {
  own ??= createRules(ownConformance())
  return own
}

export function createRules(conformance: Conformance): Rules {
  const terminology = createTerminology(conformance.terminology)
  let validate: Validate | undefined
  return {
    terminology,
    validate(resource) {
      validate ??= createValidator(conformance.profiles, terminology)
      validate(resource)
    }
  }
}
