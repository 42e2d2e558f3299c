import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { validateResource } from '@medplum/core'
import type { Resource } from '@medplum/fhirtypes'
import { loadConformance } from '../conformance.ts'
import { createTerminology } from '../terminology.ts'
import { FhirInvalid } from './fhir-invalid.ts'
import { isSafeNarrative } from './narrative.ts'
import { createValidator } from './validator.ts'

const conformance = loadConformance()
const validate = createValidator(conformance.profiles, createTerminology(conformance.terminology))
const folder = fileURLToPath(new URL('../../../fhir-profiles/generated/examples/', import.meta.url))
const examples = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => JSON.parse(readFileSync(folder + name, 'utf8')) as Resource)

const observation = { resourceType: 'Observation', status: 'final', code: { text: 'K' } }
const issuesOf = (resource: unknown): string[] => {
  try {
    validate(resource as Resource)
    return []
  } catch (error) {
    if (!(error instanceof FhirInvalid)) throw error
    return error.issues.map(({ at, reason }) => `${at} ${reason}`)
  }
}

test('every example of our guide satisfies the profiles that it claims', () => {
  expect(examples.length).toBeGreaterThan(5)
  expect(examples.flatMap((example) => issuesOf(example).map((issue) => `${example.resourceType} ${issue}`))).toEqual(
    []
  )
})

// Profiles are validated under their url as a type name, so that they are parsed once: that must refuse whatever
// @medplum/core 5.2.13 refuses when it is handed the profile on each call.
test('a profile refuses what the slow way of @medplum/core refuses', () => {
  const different: string[] = []
  let refused = 0
  for (const example of examples) {
    const profile = conformance.profiles.find(({ url }) => url === example.meta?.profile?.[0])
    if (!profile) continue
    for (const key of Object.keys(example).filter((each) => each !== 'resourceType' && each !== 'meta')) {
      const broken = Object.fromEntries(Object.entries(example).filter(([each]) => each !== key)) as unknown as Resource
      let slow = false
      try {
        validateResource(broken, { profile })
      } catch {
        slow = true
      }
      if (slow) refused += 1
      if (slow && issuesOf(broken).length === 0) different.push(`${example.resourceType} without ${key}`)
    }
  }
  expect(refused).toBeGreaterThan(10)
  expect(different).toEqual([])
})

test.each([
  [
    'an empty object in place of a list',
    { ...observation, code: { coding: {}, text: 'K' } },
    'Observation.code.coding array-expected'
  ],
  ['a list in place of one', { ...observation, code: [{ text: 'K' }] }, 'Observation.code single-expected']
])('refuses %s', (_, resource, issue) => {
  expect(issuesOf(resource)).toContain(issue)
})

/** Ways in which one place of a resource can be wrong, each in a copy of its own; of a list the first member. */
function* broken(resource: Resource): Generator<{ what: string; broken: Resource }> {
  const paths: string[][] = []
  const collect = (value: unknown, path: string[]): void => {
    if (path.length > 0) paths.push(path)
    if (typeof value !== 'object' || value === null) return
    for (const [key, child] of Object.entries(value)) if (!(Number(key) > 0)) collect(child, [...path, key])
  }
  collect(resource, [])
  for (const path of paths) {
    for (const value of [undefined, 42, { bogus: 1 }]) {
      const copy = structuredClone(resource)
      const parent = path.slice(0, -1).reduce<Record<string, unknown>>((at, key) => at[key] as typeof at, copy as never)
      if (value === undefined) delete parent[path.at(-1)!]
      else parent[path.at(-1)!] = value
      yield { what: `${resource.resourceType}.${path.join('.')} = ${JSON.stringify(value)}`, broken: copy }
    }
  }
}

test('judging by a profile alone refuses all that its base refuses', () => {
  const without = createValidator([], createTerminology(conformance.terminology))
  const missed: string[] = []
  let refused = 0
  for (const example of examples.filter(({ meta }) => meta?.profile)) {
    for (const { what, broken: wrong } of broken(example)) {
      try {
        without(wrong)
      } catch {
        refused += 1
        if (issuesOf(wrong).length === 0) missed.push(what)
      }
    }
  }
  expect(refused).toBeGreaterThan(500)
  expect(missed).toEqual([])
})

test.each([
  ['a code outside a required binding', { ...observation, status: 'done' }, 'Observation.status code-not-in-value-set'],
  ['a missing element', { resourceType: 'Observation', code: { text: 'K' } }, 'Observation.status required'],
  ['an unknown element, without its name', { ...observation, john: 1 }, 'Observation unknown-element'],
  [
    'a reference to a type that may not stand there',
    { ...observation, subject: { reference: 'Practitioner/1' } },
    'Observation.subject reference-type'
  ],
  [
    'a contained resource with a code outside its binding',
    { ...observation, contained: [{ resourceType: 'Patient', id: 'a', gender: 'x' }] },
    'Observation.contained[0].gender code-not-in-value-set'
  ],
  [
    'a script in the narrative',
    { ...observation, text: { status: 'generated', div: '<div><script>1</script></div>' } },
    'Observation.text.div narrative'
  ],
  ['a type that R4 does not know', { resourceType: 'Mystery' }, 'resourceType resource-type']
])('refuses %s', (_name, resource, issue) => {
  expect(issuesOf(resource)).toContain(issue)
})

test('stores a resource that claims a profile of someone else', () => {
  expect(issuesOf({ ...observation, meta: { profile: ['http://example.org/StructureDefinition/x'] } })).toEqual([])
})

test('hostile shapes are refused by code and never crash', () => {
  for (const value of [null, 0, 'x', [], {}, [null], [[1]], { a: 1 }]) {
    for (const key of [
      'name',
      'meta',
      'text',
      'contained',
      'extension',
      'identifier',
      'link',
      'active',
      'deceasedBoolean'
    ]) {
      issuesOf({ resourceType: 'Patient', [key]: value })
    }
  }
  expect(issuesOf({ resourceType: 'Patient', name: 'x' })).not.toEqual([])
})

// Cases of the hardening list A3-43 and of HL7's xhtml test set, written anew.
test.each([
  '<div><a href="javascript:alert(1)">y</a></div>',
  '<div><a href="java&#115;cript:x">y</a></div>',
  '<div><a href="JAVA\tSCRIPT:x">y</a></div>',
  '<div><a href="data:text/html,x">y</a></div>',
  '<div onclick="x">a</div>',
  '<!DOCTYPE x [<!ENTITY a "b">]><div>&a;</div>',
  '<div><svg onload="x"/></div>',
  '<div><img src="http://example.org/x.png"/></div>',
  '<div><iframe src="#"></iframe></div>',
  '<div><p>x</div></p>',
  '<div>x</div><div>y</div>',
  '<div style="background:url(http://example.org)">x</div>',
  '<div><!-- x --></div>',
  '<div><![CDATA[x]]></div>',
  '<div>unclosed',
  '<p>no div</p>'
])('narrative refused: %s', (div) => {
  expect(isSafeNarrative(div)).toBe(false)
})

test.each([
  '<div xmlns="http://www.w3.org/1999/xhtml"><p>a &lt; b<br/>c</p></div>',
  '<div><table class="grid"><tr><td colspan="2">1</td></tr></table></div>',
  '<div><a href="https://example.org/x?a=1">x</a> <a href="#y">y</a></div>',
  '<div><img src="data:image/png;base64,AAAA" alt="ECG"/></div>'
])('narrative accepted: %s', (div) => {
  expect(isSafeNarrative(div)).toBe(true)
})

test('the narrative check stays linear on its worst input', () => {
  for (const div of [
    `${'<div>'.repeat(20_000)}`,
    `<div ${'a="b" '.repeat(20_000)}`,
    `<div>${'<'.repeat(100_000)}`,
    `<div>${'&'.repeat(100_000)}`
  ]) {
    const start = performance.now()
    expect(isSafeNarrative(div)).toBe(false)
    expect(performance.now() - start).toBeLessThan(200)
  }
})
