import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Kind, scaffold } from '../scripts/scaffold.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const COPIED = ['core', 'adapters', 'dicom', 'fhir-profiles', 'inference', 'server', 'test', 'scripts']
const SETTINGS = [
  'package.json',
  'tsconfig.json',
  'jest.config.mjs',
  'biome.json',
  '.dependency-cruiser.cjs',
  '.gitignore'
]

const NEW: { kind: Kind; name: string; folder: string }[] = [
  { kind: 'format', name: 'ward-results', folder: 'adapters/formats/ward-results' },
  { kind: 'transport', name: 'net-string', folder: 'adapters/transports/net-string' },
  { kind: 'module', name: 'a-question', folder: 'inference/modules/a-question' }
]
const FOLDERS = NEW.map(({ folder }) => folder)

// A copy: another test must never find half a plug-in in the tree.
let copy: string
let before: Map<string, string>
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'hb-scaffold-'))
  const isWanted = (path: string): boolean => !/node_modules|\.hisbundle/.test(relative(ROOT, path))
  for (const name of COPIED) cpSync(join(ROOT, name), join(copy, name), { recursive: true, filter: isWanted })
  for (const name of SETTINGS) cpSync(join(ROOT, name), join(copy, name))
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'), 'dir')
  before = digests(copy)
  for (const { kind, name } of NEW) scaffold({ kind, name, root: copy })
})
afterAll(() => rmSync(copy, { recursive: true, force: true }))

test('touches no file outside of the new folders', () => {
  const after = digests(copy)
  const isNew = (path: string): boolean => FOLDERS.some((folder) => path.startsWith(`${folder}/`))
  const outside = [...new Set([...before.keys(), ...after.keys()])].filter(
    (path) => !isNew(path) && before.get(path) !== after.get(path)
  )
  expect(outside).toEqual([])
  for (const folder of FOLDERS) {
    const files = [...after.keys()].filter((path) => path.startsWith(`${folder}/`))
    expect(files).toEqual(expect.arrayContaining([`${folder}/index.ts`, `${folder}/README.md`]))
    expect(files.filter((path) => /__|\.tpl$/.test(path))).toEqual([])
  }
})

test('passes lint', () => expect(passes('@biomejs/biome/bin/biome', ['check', ...FOLDERS])).toEqual(PASSED))

test('passes the type check', () => {
  const settings = { extends: './tsconfig.json', include: FOLDERS }
  writeFileSync(join(copy, 'tsconfig.scaffold.json'), JSON.stringify(settings))
  expect(passes('typescript/bin/tsc', ['--noEmit', '-p', 'tsconfig.scaffold.json'])).toEqual(PASSED)
}, 120_000)

test('keeps the import arrows', () => {
  const arguments_ = ['--config', '.dependency-cruiser.cjs', ...FOLDERS]
  expect(passes('dependency-cruiser/bin/dependency-cruiser.mjs', arguments_)).toEqual(PASSED)
}, 60_000)

test('passes its own tests and the contract suites', () => {
  const { status, said } = run(
    'jest/bin/jest.js',
    // The folders' own tests whole, of the suites over all folders only the new ones.
    [
      '--ci',
      '-t',
      [...NEW.map(({ name }) => name), 'OBX', 'PID', 'framer', 'refuses', 'score'].join('|'),
      ...FOLDERS
    ].concat('test/contract/formats.test.ts', 'test/contract/transports.test.ts'),
    { NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning' }
  )
  expect({ status, said: status === 0 ? '' : said }).toEqual(PASSED)
  // 9 of the format, 14 of the transport, 8 of the module, and their own 8.
  expect(Number(/Tests:.*?(\d+) passed/.exec(said)?.[1])).toBeGreaterThanOrEqual(35)
}, 120_000)

test.each([
  ['format', 'My Format', /lower-case/],
  ['format', '../evil', /lower-case/],
  ['format', 'hl7v2-lab', /there already/],
  ['planet', 'x', /unknown kind/]
])('refuses %s %s', (kind, name, message) => {
  expect(() => scaffold({ kind: kind as Kind, name, root: copy })).toThrow(message)
})

const PASSED = { status: 0, said: '' }

/** What it said counts only when it failed. */
const passes = (bin: string, args: string[]): typeof PASSED | ReturnType<typeof run> => {
  const outcome = run(bin, args)
  return outcome.status === 0 ? PASSED : outcome
}

/** Exit status, and the end of what it said. */
function run(bin: string, args: string[], env: Record<string, string> = {}): { status: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(ROOT, 'node_modules', bin), ...args], {
    cwd: copy,
    // The child runs the everyday suites, also when this one runs among the long ones.
    env: { ...process.env, TEST_LONG: '', ...env },
    encoding: 'utf8'
  })
  return { status, said: `${stdout}${stderr}`.slice(-6000) }
}

/** sha256 of every file of the copy, by path. */
function digests(root: string): Map<string, string> {
  const files = readdirSync(root, { withFileTypes: true, recursive: true }).filter(
    (entry) => entry.isFile() && !entry.parentPath.includes('node_modules')
  )
  return new Map(
    files.map((entry) => {
      const path = join(entry.parentPath, entry.name)
      return [relative(root, path), createHash('sha256').update(readFileSync(path)).digest('hex')]
    })
  )
}
