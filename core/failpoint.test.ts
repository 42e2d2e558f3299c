import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseFailpoint } from './failpoint.ts'

const MODULE = fileURLToPath(new URL('./failpoint.ts', import.meta.url))

/** Passes 'a.b' three times and says so after each. */
const run = (env: Record<string, string>) =>
  spawnSync(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      '--input-type=module',
      '--eval',
      `const { failpoint } = await import(${JSON.stringify(MODULE)})
       for (const n of [1, 2, 3]) { failpoint('a.b'); failpoint('a.c'); process.stdout.write(String(n)) }`
    ],
    { encoding: 'utf8', env: { PATH: process.env['PATH'] ?? '', ...env } }
  )

test('ends the process at the n-th pass of the named place, and nowhere else', () => {
  const { signal, stdout } = run({ TEST_FAILPOINTS: '1', TEST_FAILPOINT: 'a.b:3' })
  expect({ signal, stdout }).toEqual({ signal: 'SIGKILL', stdout: '12' })
})

test.each<Record<string, string>>([
  { TEST_FAILPOINT: 'a.b' },
  { TEST_FAILPOINTS: '1' },
  { TEST_FAILPOINTS: '1', TEST_FAILPOINT: 'a.b:0' },
  { TEST_FAILPOINTS: 'true', TEST_FAILPOINT: 'a.b' }
])('is not armed by %j', (env) => {
  const { signal, stdout } = run(env)
  expect({ signal, stdout }).toEqual({ signal: null, stdout: '123' })
})

test('reads a name and a number', () => {
  expect(parseFailpoint('store.before-commit:12')).toEqual({ name: 'store.before-commit', left: 12 })
  expect(parseFailpoint('relay.taken')).toEqual({ name: 'relay.taken', left: 1 })
  expect(parseFailpoint('relay')).toBeUndefined()
})
