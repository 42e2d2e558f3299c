// The peer tests: other people's software on the other end of the wire. `node test/peers/run.mjs [--no-install]`.
// Installs what they need (install.sh), prints what each peer said, and ends with 'peers: N passed, N failed, N skipped';
// exits 1 when anything failed or a peer did not run at all.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const build = join(root, '.hisbundle', 'peers')
const env = { ...process.env, PATH: `${join(root, 'node_modules', '.bin')}${delimiter}${process.env.PATH}` }
const total = { passed: 0, failed: 0, skipped: 0 }
const LIMIT_MS = 10 * 60_000

/** Runs a peer and counts what `read` finds in its output; one that says nothing countable has failed. */
function peer(name, command, args, read, environment = env) {
  const began = performance.now()
  const result = spawnSync(command, args, {
    cwd: root,
    env: environment,
    encoding: 'utf8',
    timeout: LIMIT_MS,
    maxBuffer: 64 << 20
  })
  const text = `${result.stdout ?? ''}${result.stderr ?? ''}${result.error ? `${result.error.message}\n` : ''}`
  process.stdout.write(text)
  const counts = read(text) ?? { passed: 0, failed: 1 }
  if (result.status !== 0 && counts.failed === 0) counts.failed = 1
  for (const key of Object.keys(total)) total[key] += counts[key] ?? 0
  const seconds = ((performance.now() - began) / 1000).toFixed(0)
  process.stdout.write(`${name}: ${counts.passed} passed, ${counts.failed} failed (${seconds} s)\n\n`)
  return result.status === 0
}

const number = (text, pattern) => Number(pattern.exec(text)?.[1] ?? Number.NaN)

function nodeTest(text) {
  const passed = number(text, /^# pass (\d+)$/m)
  return Number.isNaN(passed)
    ? undefined
    : { passed, failed: number(text, /^# fail (\d+)$/m), skipped: number(text, /^# skipped (\d+)$/m) }
}

function java(text) {
  const found = /^hapi-\w+: (\d+) passed, (\d+) failed$/m.exec(text)
  return found ? { passed: Number(found[1]), failed: Number(found[2]) } : undefined
}

const once = (text) => (text.includes('\n') ? { passed: 1, failed: 0 } : undefined)

/** The peers whose tests are Jest's, `<peer>/*.peer.test.ts`: the same suites as elsewhere, on other people's engines. */
function jestPeer(name) {
  const file = join(build, `${name}.json`)
  rmSync(file, { force: true })
  const jestEnv = { ...env, TEST_PEERS: '1', NODE_OPTIONS: '--experimental-vm-modules' }
  const args = ['-i', `test/peers/${name}/`, '--ci', '--json', `--outputFile=${file}`]
  peer(name, 'jest', args, () => jestCounts(file), jestEnv)
}

function jestCounts(file) {
  if (!existsSync(file)) return undefined
  const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites, numPendingTests } = JSON.parse(
    readFileSync(file, 'utf8')
  )
  return { passed: numPassedTests, failed: numFailedTests + numRuntimeErrorTestSuites, skipped: numPendingTests }
}

if (!process.argv.includes('--no-install')) peer('install', 'bash', ['test/peers/install.sh'], once)
peer(
  'dcmtk and dicom3tools',
  'node',
  ['--test', '--test-reporter=tap', 'test/peers/dicom/dicom.node-peer.ts'],
  nodeTest
)
for (const entry of readdirSync(join(root, 'test', 'peers'), { withFileTypes: true })) {
  if (!entry.isDirectory()) continue
  const has = readdirSync(join(root, 'test', 'peers', entry.name)).some((file) => file.endsWith('.peer.test.ts'))
  if (has) jestPeer(entry.name)
}

const written = join(build, 'written')
rmSync(written, { recursive: true, force: true })
mkdirSync(written, { recursive: true })
peer('dump', 'node', ['test/peers/dump.ts', written], once)
const classPath = join(build, 'hapi', 'classpath.txt')
const jars = existsSync(classPath) ? readFileSync(classPath, 'utf8').trim() : ''
const hapi = (main, ...args) => [
  '-cp',
  [join(build, 'hapi', 'classes'), jars].join(delimiter),
  `hisbundle.${main}`,
  ...args
]
const settings = 'test/peers/hapi/validator-settings.json'
peer('HAPI FHIR', 'java', hapi('ValidateFhir', 'fhir-profiles/generated', join(written, 'fhir'), settings), java)
peer('HAPI HL7v2', 'java', hapi('ParseHl7', join(written, 'hl7')), java)

process.stdout.write(`peers: ${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`)
process.exitCode = total.failed === 0 ? 0 : 1
