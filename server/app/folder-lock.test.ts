import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { lockFolder } from './folder-lock.ts'

const MODULE = fileURLToPath(new URL('./folder-lock.ts', import.meta.url))

test('a folder belongs to one process; to the next when that one is killed, or gives it back', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'hb-lock-'))
  const program = `import { lockFolder } from ${JSON.stringify(MODULE)}; lockFolder(process.argv[1]); console.log('mine'); setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, dir], {
    stdio: ['ignore', 'pipe', 'inherit']
  })
  await new Promise((resolve) => child.stdout!.once('data', resolve))
  expect(() => lockFolder(dir)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', reason: 'in-use' }))
  const exited = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await exited
  lockFolder(dir)()
  lockFolder(dir)()
  rmSync(dir, { recursive: true })
})
