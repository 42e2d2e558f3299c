#!/usr/bin/env node
// Runs on any Node from 20 on: brings the pinned dependencies if needed, then starts the program on the pinned Node.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { root, setUp } from '../scripts/setup.mjs'

setUp()
const pinned = join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node')
const node = existsSync(pinned) ? pinned : process.execPath
const child = spawn(
  node,
  ['--disable-warning=ExperimentalWarning', join(root, 'server', 'cli', 'main.ts'), ...process.argv.slice(2)],
  {
    stdio: 'inherit',
    shell: process.platform === 'win32'
  }
)
// A terminal's Ctrl-C reaches the child by itself; a kill of this process is handed on.
process.on('SIGTERM', () => child.kill('SIGTERM'))
process.on('SIGINT', () => {})
child.on('exit', (code, signal) => {
  if (signal) process.kill(process.pid, signal)
  else process.exit(code ?? 1)
})
