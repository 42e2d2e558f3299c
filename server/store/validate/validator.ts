import {
  getAllDataTypes,
  indexStructureDefinitionBundle,
  OperationOutcomeError,
  tryGetProfile,
  validateTypedValue
} from '@medplum/core'
import type { OperationOutcomeIssue, Resource, StructureDefinition } from '@medplum/fhirtypes'
import { definitions } from '../definitions.ts'
import type { Terminology } from '../terminology.ts'
import { elementChecks } from './element-checks.ts'
import { FhirInvalid, type InvalidIssue } from './fhir-invalid.ts'
import { isSafeNarrative } from './narrative.ts'

export type Validate = (resource: Resource) => void

/**
 * Validation on write: structure, cardinality, patterns and invariants by @medplum/core; required bindings, reference
 * types, types narrowed by profiles and the narrative by us. A profile named in meta.profile is enforced when it is one
 * of `profiles`; others are stored unchecked, since this server can neither confirm nor deny them.
 *
 * @throws (when called) FhirInvalid with every issue and its position
 */
export function createValidator(profiles: readonly StructureDefinition[], terminology: Terminology): Validate {
  definitions()
  indexStructureDefinitionBundle([...profiles])
  // validateResource parses a profile anew on each call (2 ms); under its url as a type name it is parsed once.
  const types = getAllDataTypes()
  const known = new Set<string>()
  for (const { url } of profiles) {
    const schema = tryGetProfile(url)
    if (!schema) continue
    types[url] = schema
    known.add(url)
  }
  const checks = elementChecks(terminology)

  function walk(
    value: unknown,
    type: string,
    profileUrl: string | undefined,
    at: string,
    issues: InvalidIssue[]
  ): void {
    if (typeof value !== 'object' || value === null) return
    const object = value as Record<string, unknown>
    const actual = typeof object['resourceType'] === 'string' ? object['resourceType'] : type
    const typeChecks = checks(actual, actual === type ? profileUrl : undefined)
    if (!typeChecks) return
    if (type === 'Narrative' && typeof object['div'] === 'string' && !isSafeNarrative(object['div'])) {
      issues.push({ at: `${at}.div`, reason: 'narrative' })
    }
    for (const key of Object.keys(object)) {
      const check = typeChecks.byKey.get(key)
      if (!check) {
        if (typeChecks.choices.some((choice) => key.startsWith(choice) && /^[A-Z]/.test(key.slice(choice.length)))) {
          issues.push({ at, reason: 'type-not-allowed' })
        }
        continue
      }
      const child = object[key]
      // An empty object in place of a list is taken for nothing by validateTypedValue.
      if (check.isList !== undefined && Array.isArray(child) !== check.isList) {
        const found = { at: `${at}.${key}`, reason: check.isList ? 'array-expected' : 'single-expected' }
        if (!issues.some((issue) => issue.at === found.at && issue.reason === found.reason)) issues.push(found)
        continue
      }
      if (!Array.isArray(child)) {
        visit(child, check, `${at}.${key}`)
        continue
      }
      for (let i = 0; i < child.length; i++) visit(child[i], check, `${at}.${key}[${i}]`)
    }

    function visit(child: unknown, check: NonNullable<ReturnType<typeof lookup>>, where: string): void {
      if (check.codes && !isBound(child, check.codes)) issues.push({ at: where, reason: 'code-not-in-value-set' })
      if (check.targets && check.type === 'Reference') {
        const target = targetType(child)
        if (target !== undefined && !check.targets.has(target)) issues.push({ at: where, reason: 'reference-type' })
      }
      walk(child, check.type, profileUrl, where, issues)
    }
  }
  const lookup = (type: string, key: string) => checks(type)?.byKey.get(key)

  function validateAs(resource: Resource, type: string, profileUrl: string | undefined, issues: InvalidIssue[]): void {
    try {
      validateTypedValue({ type, value: resource })
    } catch (error) {
      if (!(error instanceof OperationOutcomeError)) {
        issues.push({ at: resource.resourceType, reason: 'structure' })
        return
      }
      for (const issue of error.outcome.issue ?? []) {
        if (issue.severity === 'error' || issue.severity === 'fatal') issues.push(toIssue(issue, resource.resourceType))
      }
    }
    walk(resource, resource.resourceType, profileUrl, resource.resourceType, issues)
  }

  return (resource) => {
    if (!definitions().resourceTypes.includes(resource.resourceType)) {
      throw new FhirInvalid([{ at: 'resourceType', reason: 'resource-type' }])
    }
    const issues: InvalidIssue[] = []
    // A profile's snapshot holds everything that its base does (a test mutates the examples to show it): judging by both
    // would do the same work twice.
    const profiles = profilesOf(resource).filter((profile) => known.has(profile))
    for (const profile of profiles) validateAs(resource, profile, profile, issues)
    if (profiles.length === 0) validateAs(resource, resource.resourceType, undefined, issues)
    if (issues.length > 0) throw new FhirInvalid(issues)
  }
}

function profilesOf(resource: Resource): string[] {
  const profiles: unknown = resource.meta?.profile
  return Array.isArray(profiles) ? profiles.map((profile) => String(profile).split('|')[0]!) : []
}

/** code: in the set; Coding: with its system; CodeableConcept: one of its codings, a text alone is not enough. */
function isBound(value: unknown, codes: { has(code: string, system?: string): boolean }): boolean {
  if (typeof value === 'string') return codes.has(value)
  if (typeof value !== 'object' || value === null) return true
  const { coding, code, system, extension } = value as {
    coding?: { system?: string; code?: string }[]
    code?: unknown
    system?: string
    extension?: unknown[]
  }
  if (Array.isArray(coding))
    return coding.some((each) => each?.code !== undefined && codes.has(each.code, each.system ?? ''))
  if (typeof code === 'string') return codes.has(code, system ?? '')
  // No code at all: allowed only with an extension such as data-absent-reason in its place.
  return !('text' in (value as object)) || Array.isArray(extension)
}

function targetType(value: unknown): string | undefined {
  const { reference, type } = (value ?? {}) as { reference?: unknown; type?: unknown }
  if (typeof reference === 'string') {
    const match = /^([A-Z][A-Za-z]+)\/[A-Za-z0-9\-.]{1,64}(?:\/_history\/.+)?$/.exec(reference)
    if (match) return match[1]
  }
  return typeof type === 'string' && /^[A-Z][A-Za-z]+$/.test(type) && reference === undefined ? type : undefined
}

const REASONS: [RegExp, string][] = [
  [/additional property/i, 'unknown-element'],
  [/Missing required/i, 'required'],
  [/Expected array/i, 'array-expected'],
  [/Expected single/i, 'single-expected'],
  [/number of values.*slice/i, 'slice'],
  [/number of values/i, 'cardinality'],
  [/pattern/i, 'pattern'],
  [/empty/i, 'empty'],
  [/null/i, 'null'],
  [/reference/i, 'reference-type']
]

/** Medplum's texts may quote keys or values of the input: only the position and a word of ours go out. */
function toIssue(issue: OperationOutcomeIssue, resourceType: string): InvalidIssue {
  const text = issue.details?.text ?? ''
  const constraint = /Constraint ([a-z]{2,4}-\d{1,3}[a-z]?) not met/i.exec(text)?.[1]
  const reason = constraint ? `invariant-${constraint}` : (REASONS.find(([form]) => form.test(text))?.[1] ?? 'value')
  const expression = issue.expression?.[0] ?? resourceType
  const at = reason === 'unknown-element' ? expression.replace(/\.[^.]*$/, '') : expression
  return { at: /^[A-Za-z][A-Za-z0-9_.[\]:]{0,200}$/.test(at) ? at : resourceType, reason }
}
