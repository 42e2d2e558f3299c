import { existsSync, mkdirSync, mkdtempSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { leftListening, listening, openSuiteFolder } from './suite-folder.ts'

test('a suite has a temporary folder of its own, which goes with all that is in it', () => {
  const outer = tmpdir()
  expect(outer).toContain('hb-suite-')
  expect(process.env['TMPDIR']).toBe(outer)
  const other: NodeJS.ProcessEnv = {}
  const { folder, close } = openSuiteFolder([other])
  expect([process.env['TMPDIR'], other['TMPDIR'], dirname(folder)]).toEqual([folder, folder, outer])
  expect(statSync(folder).mode & 0o777).toBe(0o711)
  const inner = mkdtempSync(join(folder, 'world-'))
  mkdirSync(join(inner, 'store'))
  writeFileSync(join(inner, 'store', 'file'), 'x')
  close()
  expect([existsSync(folder), process.env['TMPDIR'], 'TMPDIR' in other]).toEqual([false, outer, false])
})

test('a socket that a suite leaves listening is counted, one that it closed is not', async () => {
  const before = listening()
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  expect(await leftListening(before)).toBe(1)
  await new Promise((resolve) => server.close(resolve))
  expect(await leftListening(before)).toBe(0)
})
