import { readFileSync } from 'node:fs'
import { CATALOGUE } from './catalogue.ts'

const text = (name: string): string => readFileSync(new URL(`../../../../docs/${name}`, import.meta.url), 'utf8')

test('the machine-readable catalogue in docs is the one that is used', () => {
  // When this fails: env node scripts/ecgomics-features.ts
  const { features } = JSON.parse(text('ecgomics-features.json')) as { features: unknown }
  expect(features).toEqual(JSON.parse(JSON.stringify(CATALOGUE)))
})

test('the page in docs names every feature with its definition and unit', () => {
  const page = text('ecgomics-features.md')
  for (const { id, name, scope, definition, unit } of CATALOGUE) {
    const cells = [`\`${id}\``, name, scope, unit, definition].map((cell) => cell.replaceAll('|', '\\|'))
    expect(page).toContain(`| ${cells.join(' | ')} |`)
  }
})

test('an interval says whom it was measured on, and lies the right way round', () => {
  for (const { interval = [] } of CATALOGUE)
    for (const { low, high, source, n } of interval) {
      expect(low ?? high).toBeDefined()
      expect(low ?? -Infinity).toBeLessThan(high ?? Infinity)
      expect(source.length).toBeGreaterThan(0)
      if (source.includes('own measurement')) expect(n).toBeGreaterThanOrEqual(40)
    }
})

test('codes are those of the tables of fhir-profiles, and PR has no LOINC until one is confirmed', () => {
  const systems = new Set(CATALOGUE.flatMap(({ code }) => (code ? [code.system] : [])))
  expect([...systems].sort()).toEqual(['http://loinc.org', 'urn:iso:std:iso:11073:10101'])
  expect(CATALOGUE.find(({ id }) => id === 'pr.interval')?.code?.code).toBe('146944')
})

test('P and QRS over all leads are judged by our own interval first, QTc by the published one', () => {
  const first = (id: string) => CATALOGUE.find((one) => one.id === id)!.interval![0]!.source
  for (const id of ['p.duration', 'qrs.duration', 'p.terminal-force']) expect(first(id)).toContain('own measurement')
  expect(first('qt.fridericia')).toContain('Rautaharju')
})
