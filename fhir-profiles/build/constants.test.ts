import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CANONICAL_BASE } from '../generated/constants.ts'
import { compact } from './compact.ts'
import type { Compiled } from './compile.ts'
import { constantsSource } from './constants.ts'

const folder = join(import.meta.dirname, '..', 'generated')
const definitions = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .sort()
  .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Compiled)

function aliases(): Record<string, string> {
  const source = readFileSync(join(folder, '..', 'fsh', 'shared', 'aliases.fsh'), 'utf8')
  const found = source.replaceAll('__BASE__', CANONICAL_BASE).matchAll(/^Alias: (\$ID-\S+) = (\S+)$/gm)
  return Object.fromEntries([...found].map(([, name, url]) => [name!, url!]))
}

test('constants.ts is what the generated definitions say', () => {
  const expected = constantsSource(CANONICAL_BASE, definitions, aliases())
  expect(readFileSync(join(folder, 'constants.ts'), 'utf8')).toBe(expected)
})

test('a definition is committed compact: nothing is left to take away', () => {
  for (const definition of definitions) expect(compact(definition)).toEqual(definition)
})

test('compact drops the words and keeps what constrains', () => {
  const constraint = { key: 'k', severity: 'error', human: 'why', expression: 'a.exists()' }
  const element = { id: 'A.a', path: 'A.a', min: 1, max: '1', patternString: 'x', constraint: [constraint] }
  const verbose = {
    ...element,
    definition: 'long',
    comment: 'longer',
    mapping: [],
    constraint: [{ ...constraint, xpath: 'x' }]
  }
  const compiled = {
    resourceType: 'StructureDefinition',
    id: 'a',
    date: '2026-01-01',
    text: {},
    snapshot: { element: [verbose] }
  }
  expect(compact(compiled)).toEqual({ resourceType: 'StructureDefinition', id: 'a', snapshot: { element: [element] } })
})
