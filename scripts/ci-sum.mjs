// Adds up what .ci/run's parts left in a folder: `node scripts/ci-sum.mjs <folder>`. Prints failures and skipped tests with
// their reason, then the plain closing line. A part that ended badly or said nothing countable is one failure.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = process.argv[2]
const read = (name) => (existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : '')
const total = { passed: 0, failed: 0, skipped: 0 }

/** Counts of a part; its exit status can only make them worse. */
function add(name, counts) {
  const status = read(`${name}.status`).trim()
  const failed = counts ? counts.failed : 0
  const sum = counts ?? { passed: 0, failed: 0, skipped: 0 }
  if (!counts || (status !== '0' && failed === 0)) sum.failed = failed + 1
  for (const key of Object.keys(total)) total[key] += sum[key] ?? 0
  process.stdout.write(`${name}: ${sum.passed} passed, ${sum.failed} failed, ${sum.skipped ?? 0} skipped`)
  process.stdout.write(status === '0' ? '\n' : ` (exit status ${status || 'unknown'})\n`)
}

function jest(file) {
  const text = read(file)
  if (text === '') return undefined
  const result = JSON.parse(text)
  for (const suite of result.testResults) {
    for (const { status, fullName } of suite.assertionResults) {
      if (status === 'failed') process.stdout.write(`FAIL  ${fullName}\n`)
      if (status === 'pending') process.stdout.write(`skip  ${fullName}\n`)
    }
  }
  return {
    passed: result.numPassedTests,
    // A suite that could not run at all has no test that could fail.
    failed: result.numFailedTests + result.numRuntimeErrorTestSuites,
    skipped: result.numPendingTests + result.numTodoTests
  }
}

/** The closing line of a part that counts itself: '<name>: N passed, N failed[, N skipped]'. */
function closing(name) {
  const found = [
    ...read(`${name}.log`).matchAll(new RegExp(`^${name}: (\\d+) passed, (\\d+) failed(?:, (\\d+) skipped)?$`, 'gm'))
  ].at(-1)
  return found && { passed: Number(found[1]), failed: Number(found[2]), skipped: Number(found[3] ?? 0) }
}

add('tests', jest('tests.json'))
add('long', jest('long.json'))
add('peers', closing('peers'))
add('checks', closing('checks'))
process.stdout.write(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`)
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1
