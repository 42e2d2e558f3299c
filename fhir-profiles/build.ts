/**
 * `npm run profiles`: compiles fsh/ and writes generated/ anew, the same bytes for the same sources. CI runs it and
 * compares with `git diff --exit-code`. It is the only part of the project that calls the FSH compiler.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compact } from './build/compact.ts'
import { compile } from './build/compile.ts'
import { constantsSource } from './build/constants.ts'

const sources = join(import.meta.dirname, 'fsh')
const generated = join(import.meta.dirname, 'generated')
const DEFINITIONS = ['StructureDefinition', 'CodeSystem', 'ConceptMap', 'ValueSet', 'SearchParameter']

const scratch = mkdtempSync(join(tmpdir(), 'hisbundle-profiles-'))
try {
  const { base, resources, aliases } = compile(sources, scratch)
  rmSync(generated, { recursive: true, force: true })
  mkdirSync(join(generated, 'examples'), { recursive: true })
  for (const resource of resources) {
    const folder = DEFINITIONS.includes(resource.resourceType) ? generated : join(generated, 'examples')
    const file = join(folder, `${resource.resourceType}-${resource.id}.json`)
    writeFileSync(file, `${JSON.stringify(compact(resource), null, 1)}\n`)
  }
  writeFileSync(join(generated, 'constants.ts'), constantsSource(base, resources, aliases))
  process.stderr.write(`${resources.length} resources written\n`)
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
