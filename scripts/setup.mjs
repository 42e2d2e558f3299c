// Plain JavaScript that any Node from 20 on can run: brings the pinned dependencies (and with them the
// pinned Node) into node_modules when the lock file changed since they were last installed.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** How often one who waits for another's installation looks, and how old a lock without a process number may grow. */
const LOOK_MS = 200
const UNSIGNED_MS = 10_000

/**
 * Runs `npm ci` unless node_modules already matches package-lock.json. Everything it prints goes to stderr. Two commands
 * started at once would empty the folder under each other: the second waits for the first.
 */
export function setUp() {
  if (isInstalled()) return
  const status = alone(() => (isInstalled() ? 0 : install()))
  if (status !== 0) process.exit(1)
}

const markFile = join(root, 'node_modules', '.his-bundle-lock-sha256')
const lockFileSha256 = () =>
  createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
const isInstalled = () => existsSync(markFile) && readFileSync(markFile, 'utf8') === lockFileSha256()

function install() {
  process.stderr.write('His Bundle: installing the pinned dependencies (once per lock file; about a minute) ...\n')
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  const started = Date.now()
  const { status } = spawnSync(npm, ['ci', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32'
  })
  if (status !== 0) {
    process.stderr.write('His Bundle: npm ci failed; see the lines above.\n')
    return 1
  }
  mkdirSync(dirname(markFile), { recursive: true })
  writeFileSync(markFile, lockFileSha256())
  process.stderr.write(`His Bundle: installed in ${Math.round((Date.now() - started) / 1000)} s.\n`)
  return 0
}

/** Does the work while no other process of this checkout does; a lock whose process is gone is taken away. */
function alone(work) {
  const lock = join(root, '.hisbundle', 'setup.lock')
  const owner = join(lock, 'pid')
  mkdirSync(dirname(lock), { recursive: true })
  while (!takes(lock)) {
    if (isAbandoned(lock, owner)) rmSync(lock, { recursive: true, force: true })
    else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOK_MS)
  }
  try {
    writeFileSync(owner, String(process.pid))
    return work()
  } finally {
    rmSync(lock, { recursive: true, force: true })
  }
}

function takes(lock) {
  try {
    mkdirSync(lock)
    return true
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw error
  }
}

function isAbandoned(lock, owner) {
  try {
    const pid = Number(readFileSync(owner, 'utf8'))
    if (pid > 0) process.kill(pid, 0)
    return false
  } catch (error) {
    if (error.code === 'ESRCH') return true
    // Not signed yet: its maker is about to, or was killed in between.
    const since = statSync(lock, { throwIfNoEntry: false })?.mtimeMs
    return error.code === 'ENOENT' && since !== undefined && Date.now() - since > UNSIGNED_MS
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) setUp()
