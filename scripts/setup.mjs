// Plain JavaScript that any Node from 20 on can run: brings the pinned dependencies (and with them the
// pinned Node) into node_modules when the lock file changed since they were last installed.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** Runs `npm ci` unless node_modules already matches package-lock.json. Everything it prints goes to stderr. */
export function setUp() {
  const markFile = join(root, 'node_modules', '.his-bundle-lock-sha256')
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  if (existsSync(markFile) && readFileSync(markFile, 'utf8') === lock) return
  process.stderr.write('His Bundle: installing the pinned dependencies (once per lock file; about a minute) ...\n')
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  const started = Date.now()
  const result = spawnSync(npm, ['ci', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32'
  })
  if (result.status !== 0) {
    process.stderr.write('His Bundle: npm ci failed; see the lines above.\n')
    process.exit(1)
  }
  writeFileSync(markFile, lock)
  process.stderr.write(`His Bundle: installed in ${Math.round((Date.now() - started) / 1000)} s.\n`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) setUp()
