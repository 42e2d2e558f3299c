import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLogger, silentLogger } from '../../core/log.ts'
import { authenticatorOf, createAuthenticator } from './authenticate.ts'
import { hashToken, makeToken } from './clients.ts'
import { addClient, listClients, revokeClient, rotateClient } from './manage-clients.ts'

let dir: string
let file: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hb-clients-'))
  file = join(dir, 'clients.json')
})
afterEach(() => rmSync(dir, { recursive: true }))

const request = (authorization?: string, remoteAddress = '127.0.0.1') =>
  ({ headers: { authorization }, socket: { remoteAddress } }) as unknown as IncomingMessage
const bearer = (token: string, address?: string) => request(`Bearer ${token}`, address)
const authenticator = (now = () => new Date(), log = silentLogger) =>
  authenticatorOf({ auth: { mode: 'clients' }, dataDir: dir }, { log, now })

test("a token has 256 random bits and only its hash is kept, in a file that is its owner's", () => {
  const token = addClient(file, { id: 'dashboard', scopes: ['fhir.read'] })
  expect(Buffer.from(token.slice(3), 'base64url')).toHaveLength(32)
  expect(readFileSync(file, 'utf8')).not.toContain(token.slice(3))
  expect(readFileSync(file, 'utf8')).toContain(hashToken(token))
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(readdirSync(dir)).toEqual(['clients.json'])
  expect(JSON.stringify(listClients(file))).not.toContain(hashToken(token))
  expect(makeToken()).not.toBe(makeToken())
})

test('a client that is added, rotated or revoked is so with its next request, without a restart', () => {
  const door = authenticator()
  const first = addClient(file, { id: 'dashboard', scopes: ['fhir.read', 'fhir.search'] })
  const caller = door.identify(bearer(first))!
  expect(caller.id).toBe('dashboard')
  expect((['fhir.read', 'fhir.search', 'fhir.write', 'admin.read'] as const).map(caller.may)).toEqual([
    true,
    true,
    false,
    false
  ])
  const second = rotateClient(file, 'dashboard', new Date(Date.now() + 60_000))
  expect([first, second].map((token) => door.identify(bearer(token))?.id)).toEqual(['dashboard', 'dashboard'])
  revokeClient(file, 'dashboard')
  expect([first, second].map((token) => door.identify(bearer(token)))).toEqual([undefined, undefined])
})

test('after a rotation the old token ends at its time, and a third pushes the first out', () => {
  let now = new Date('2026-05-01T00:00:00Z')
  const door = authenticator(() => now)
  const first = addClient(file, { id: 'a', scopes: ['metrics'] })
  const second = rotateClient(file, 'a', new Date('2026-05-02T00:00:00Z'))
  const holds = (...tokens: string[]) => tokens.map((token) => door.identify(bearer(token)) !== undefined)
  expect(holds(first, second)).toEqual([true, true])
  now = new Date('2026-05-02T00:00:00Z')
  expect(holds(first, second)).toEqual([false, true])
  const third = rotateClient(file, 'a', new Date('2026-05-09T00:00:00Z'))
  expect(holds(first, second, third)).toEqual([false, true, true])
})

test('the end of a client outlasts no token, and an address is judged with the token', () => {
  let now = new Date('2026-05-01T00:00:00Z')
  const door = authenticator(() => now)
  const token = addClient(file, {
    id: 'a',
    scopes: ['metrics'],
    expires: '2026-05-02T00:00:00+02:00',
    from: ['10.1.0.0/16']
  })
  expect(door.identify(bearer(token, '10.1.2.3'))?.id).toBe('a')
  expect(door.identify(bearer(token, '::ffff:10.1.2.3'))?.id).toBe('a')
  expect(door.identify(bearer(token, '10.2.2.3'))).toBeUndefined()
  now = new Date('2026-05-01T22:00:00Z')
  expect(door.identify(bearer(token, '10.1.2.3'))).toBeUndefined()
})

test('a clients file that cannot be understood lets nobody in and is said once, by position', () => {
  const lines: string[] = []
  const door = authenticator(
    undefined,
    createLogger({ level: 'trace', stream: { write: (line) => void lines.push(line) } })
  )
  const token = addClient(file, { id: 'a', scopes: ['metrics'] })
  expect(door.identify(bearer(token))?.id).toBe('a')
  writeFileSync(file, readFileSync(file, 'utf8').replace('metrics', 'metrcis'))
  for (let i = 0; i < 3; i++) expect(door.identify(bearer(token))).toBeUndefined()
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ code: 'CONFIG_INVALID', at: 'clients[0].scopes' }])
  writeFileSync(file, '{')
  expect(door.identify(bearer(token))).toBeUndefined()
  rmSync(file)
  expect(door.identify(bearer(token))).toBeUndefined()
  expect(lines).toHaveLength(2)
})

test('the one token of mode token may do everything, any other nothing', () => {
  const door = createAuthenticator({ mode: 'token', token: 'correct horse' })
  expect(door.identify(bearer('correct horse'))?.may('admin.write')).toBe(true)
  for (const wrong of ['', 'correct hors', 'correct horse2', ' correct horse x'])
    expect(door.identify(bearer(wrong))).toBeUndefined()
})

test.each([undefined, '', 'Bearer', 'Bearer ', 'Basic abc', 'Token x', `Bearer ${'x'.repeat(5000)}`])(
  'Authorization %j is nobody',
  (authorization) => {
    addClient(file, { id: 'a', scopes: ['metrics'] })
    expect(authenticator().identify(request(authorization))).toBeUndefined()
  }
)

test.each([
  ['a name twice', { id: 'a', scopes: ['metrics'] }, 'clients[1].id'],
  ['a name that is a path', { id: '../x', scopes: ['metrics'] }, 'clients[0].id'],
  ['a scope that is none', { id: 'b', scopes: ['everything'] }, 'clients[0].scopes'],
  ['a range that is none', { id: 'b', scopes: ['metrics'], from: ['lab.example'] }, 'clients[0].from[0]'],
  ['an end without a zone', { id: 'b', scopes: ['metrics'], expires: '2026-05-02T00:00:00' }, 'clients[0].expires']
])('%s is refused and changes nothing', (_what, client, at) => {
  addClient(file, { id: 'a', scopes: ['metrics'] })
  const before = readFileSync(file, 'utf8')
  expect(() => addClient(file, client)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', at }))
  expect(readFileSync(file, 'utf8')).toBe(before)
})
