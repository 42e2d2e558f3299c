import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { allows, isScope, SCOPES } from './scopes.ts'

test('every scope stands in the page for operators, and the page names no other', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/access.md'), 'utf8')
  const table = page.split('| scope | what |')[1]!.split('\n\n')[0]!
  const named = [...table.matchAll(/^\| (.+?) \|/gm)].flatMap(([, cell]) =>
    [...cell!.matchAll(/`([^`]+)`/g)].map(([, word]) => word!)
  )
  expect(named.sort()).toEqual([...SCOPES].sort())
  expect(named.every(isScope)).toBe(true)
})

test('all scopes of a list are needed, one of a choice, none where it is public', () => {
  const reader = (scope: string) => scope === 'fhir.read'
  expect(allows('fhir.read', reader)).toBe(true)
  expect(allows('fhir.write', reader)).toBe(false)
  expect(allows(['fhir.read', 'fhir.write'], reader)).toBe(false)
  expect(allows({ any: ['fhir.read', 'fhir.write'] }, reader)).toBe(true)
  expect(allows({ any: ['inbound', 'metrics'] }, reader)).toBe(false)
  expect(allows({ public: 'for the test alone' }, () => false)).toBe(true)
})
