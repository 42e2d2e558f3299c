import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hashToken } from '../access/clients.ts'
import { clients } from './clients.ts'

let dir: string
let out: string
const write = process.stdout.write
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hb-cli-clients-'))
  writeFileSync(join(dir, 'c.json'), JSON.stringify({ dataDir: dir, auth: { mode: 'clients' } }))
  process.stdout.write = ((text: string) => {
    out += text
    return true
  }) as typeof process.stdout.write
})
afterEach(() => {
  process.stdout.write = write
  rmSync(dir, { recursive: true })
})
const run = async (...args: string[]) => {
  out = ''
  const code = await clients.run([...args, '--config', join(dir, 'c.json'), '--json'])
  return { code, ...(JSON.parse(out) as { token?: string; clients?: { id: string; tokens: number }[] }) }
}

test('the first client is made before the server was ever started: its data folder comes with it, for its owner alone', async () => {
  const data = join(dir, 'not', 'yet')
  writeFileSync(join(dir, 'c.json'), JSON.stringify({ dataDir: data, auth: { mode: 'clients' } }))
  const { code, token } = await run('add', 'first', '--scopes', 'inbound', '--days', '1')
  expect([code, statSync(data).mode & 0o077]).toEqual([0, 0])
  expect(readFileSync(join(data, 'clients.json'), 'utf8')).toContain(hashToken(token!))
})

test('a client is added, listed, given a second token and revoked; a token is shown once and its hash is kept', async () => {
  const { token: first } = await run(
    'add',
    'dashboard',
    '--scopes',
    'fhir.read,fhir.search',
    '--days',
    '90',
    '--from',
    '10.0.0.0/8'
  )
  const kept = () => readFileSync(join(dir, 'clients.json'), 'utf8')
  expect(kept()).toContain(hashToken(first!))
  expect(kept()).not.toContain(first!)
  const { token: second } = await run('rotate', 'dashboard', '--overlap', '2')
  expect(kept()).toContain(hashToken(second!))
  const { clients: listed } = await run('list')
  expect(listed).toMatchObject([{ id: 'dashboard', where: 'file', tokens: 2, scopes: ['fhir.read', 'fhir.search'] }])
  expect(out).not.toMatch(/hb_|sha256/)
  await run('revoke', 'dashboard')
  expect((await run('list')).clients).toEqual([])
})

test.each([
  [['add', 'x'], /--scopes/],
  [['add'], /which client/],
  [['add', 'x', '--scopes', 'metrics', '--days', 'soon'], /whole number/],
  [['remove', 'x'], /not one of/]
])('clients %j says what it wants', async (args, message) => {
  await expect(run(...(args as string[]))).rejects.toThrow(message)
})
