import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { FORMATS_DIR, loadTransport, moduleNames } from '../server/app/discover.ts'
import { loadConfig } from '../server/config/load.ts'
import { discoverFormats } from '../server/pipeline/formats.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const TOP = [
  'core',
  'adapters',
  'dicom',
  'docs',
  'inference',
  'server',
  'fhir-profiles',
  'test',
  'training',
  'docker',
  'scripts'
]

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...TOP.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.md') && !entry.parentPath.includes('node_modules'))
      .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
  )
]
const read = (page: string): string => readFileSync(join(ROOT, page), 'utf8')

/** Paths in backticks from the root of the checkout, and targets of links; patterns with <name> or * are not paths. */
function missing(page: string): string[] {
  const text = read(page)
  const quoted = [...text.matchAll(/`([a-z][\w.-]*\/[\w./-]+)`/g)]
    .map(([, path]) => path!)
    .filter((path) => TOP.includes(path.split('/')[0]!))
    .map((path) => join(ROOT, path))
  const linked = [...text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)]
    .map(([, target]) => target!)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => join(ROOT, dirname(page), target))
  return [...quoted, ...linked].filter((path) => !existsSync(path)).map((path) => relative(ROOT, path))
}

test.each(pages)('%s names only what is there', (page) => {
  // A bare 'test/...' in a folder's README may mean that folder; both readings are tried.
  const own = (path: string): boolean => existsSync(join(ROOT, dirname(page), path))
  expect(missing(page).filter((path) => !own(path))).toEqual([])
})

test('the configuration of the README is taken as it stands', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'hb-docs-'))
  const file = join(dir, 'hisbundle.config.json')
  writeFileSync(file, /```json\n([\s\S]*?)```/.exec(read('README.md'))![1]!)
  const config = loadConfig({ file, env: {} })
  rmSync(dir, { recursive: true })
  expect(config.feeds.map(({ name }) => name)).toEqual(['lab', 'modalities', 'files'])
  for (const { transport, options } of config.feeds)
    expect((await loadTransport(transport)).options(options)).toBeTruthy()
})

test('every format and module has its page in the conformance statements or a README', async () => {
  const statements = ['hl7v2', 'dicom', 'fhir', 'ecg'].map((name) => read(`docs/conformance/${name}.md`)).join('\n')
  const silent = (await discoverFormats(FORMATS_DIR)).filter((name) => !statements.includes(name))
  expect(silent).toEqual([])
  expect(moduleNames().filter((name) => !existsSync(join(ROOT, 'inference/modules', name, 'README.md')))).toEqual([])
})

test('no figure about the model stands outside its card', () => {
  const figure = /\b(AUROC|sensitivity|specificity|NPV|PPV)\b[^\n]{0,40}\d\.\d/i
  const top = ['README.md', 'CONTRIBUTING.md', ...pages.filter((page) => page.startsWith('docs/'))]
  expect(top.filter((page) => figure.test(read(page)))).toEqual([])
})
