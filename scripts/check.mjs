// Everything but the tests: types, lint, import arrows, and that generated files are what their sources make.
// `npm run check`; Plain JavaScript, runs after set-up.
import { spawnSync } from 'node:child_process'
import { delimiter, join } from 'node:path'
import { root } from './setup.mjs'

const env = { ...process.env, PATH: `${join(root, 'node_modules', '.bin')}${delimiter}${process.env.PATH}` }

const run = (command, args) =>
  spawnSync(command, args, {
    cwd: root,
    env,
    encoding: 'utf8',
    maxBuffer: 64 << 20,
    shell: process.platform === 'win32'
  })

/** Runs the generators, then asks git whether a file that they own has changed or is new. */
function regenerate(files, ...generators) {
  const before = run('git', ['status', '--porcelain', '--', ...files]).stdout
  if (before !== '') return { status: 1, stdout: `commit these first:\n${before}` }
  for (const args of generators) {
    const made = run('node', args)
    if (made.status !== 0) return made
  }
  const changed = run('git', ['status', '--porcelain', '--', ...files]).stdout
  if (changed === '') return { status: 0 }
  const restore = ['checkout', '-q', '--', ...files]
  run('git', restore)
  return { status: 1, stdout: `no longer what their sources make (restored):\n${changed}` }
}

const CHECKS = {
  types: () => run('tsc', ['--noEmit']),
  lint: () => run('biome', ['check', '.']),
  'import arrows': () =>
    run(
      'depcruise',
      '--config .dependency-cruiser.cjs core adapters inference fhir-profiles dicom server test'.split(' ')
    ),
  'generated profiles': () => regenerate(['fhir-profiles/generated'], ['fhir-profiles/build.ts']),
  'demo fixtures': () => regenerate(['server/demo/fixtures'], ['scripts/make-demo-fixtures.ts']),
  'error page': () => regenerate(['docs/errors.md'], ['scripts/errors-doc.ts'])
}

let failed = 0
for (const [name, check] of Object.entries(CHECKS)) {
  const began = performance.now()
  const { status, stdout = '', stderr = '', error } = check()
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  process.stdout.write(`${status === 0 ? 'ok  ' : 'FAIL'}  ${name} (${seconds} s)\n`)
  if (status === 0) continue
  failed++
  process.stdout.write(`${[stdout, stderr, error?.message].filter(Boolean).join('\n').trimEnd().slice(-6000)}\n`)
}
process.stdout.write(`checks: ${Object.keys(CHECKS).length - failed} passed, ${failed} failed\n`)
process.exitCode = failed === 0 ? 0 : 1
