import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { type PostgresCluster, startPostgres } from './cluster.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const JEST = fileURLToPath(new URL('../../../node_modules/jest/bin/jest.js', import.meta.url))
/** Who keeps tables beside the resources, or hangs on what a write answers: their own tests, unchanged. */
const SUITES = [
  'server/pipeline/(state|timers|assembly|ingest)\\.test',
  'server/delivery/sender\\.test',
  'server/record/step\\.test',
  'server/loop/(project|check)\\.test'
]

let cluster: PostgresCluster
beforeAll(async () => {
  cluster = await startPostgres()
})
afterAll(() => cluster.stop())

test('the tests of those who stand on the store pass on PostgreSQL as they do on SQLite', async () => {
  const { TEST_PEERS: _peers, TEST_LONG: _long, ...env } = process.env
  const child = spawn(process.execPath, [JEST, '-i', '--ci', '--json', '--silent', ...SUITES], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...env, TEST_POSTGRES_URL: cluster.url, NODE_OPTIONS: '--experimental-vm-modules' }
  })
  let text = ''
  child.stdout.on('data', (bytes: Buffer) => {
    text += bytes.toString()
  })
  await once(child, 'close')
  const { testResults, numPassedTests, numTotalTestSuites } = JSON.parse(text.slice(text.indexOf('{"')))
  const failed = (testResults as { assertionResults: { status: string; fullName: string }[] }[])
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status === 'failed')
  expect(failed.map(({ fullName }) => fullName)).toEqual([])
  expect(numTotalTestSuites).toBe(8)
  expect(numPassedTests).toBeGreaterThan(40)
}, 240_000)
