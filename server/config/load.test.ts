import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfig } from './load.ts'

const withFile = (content: unknown): string => {
  const file = join(mkdtempSync(join(tmpdir(), 'hb-config-')), 'hisbundle.config.json')
  writeFileSync(file, JSON.stringify(content))
  return file
}
const refusal = (content: unknown, env: NodeJS.ProcessEnv = {}) => {
  try {
    loadConfig({ file: withFile(content), env })
  } catch (error) {
    return error as { code: string; at: string; reason: string }
  }
  throw new Error('was accepted')
}

describe('configuration', () => {
  test('defaults are safe: loopback, shadow', () => {
    const config = loadConfig({ file: withFile({}), env: {} })
    expect(config.http.host).toBe('127.0.0.1')
    expect(config.modules['pocket-k']!.mode).toBe('shadow')
  })

  test('every key can be set by the environment', () => {
    const config = loadConfig({
      file: withFile({}),
      env: { HISBUNDLE_HTTP_PORT: '0', HISBUNDLE_OUTBOUND: 'false', HISBUNDLE_DATADIR: 'x' }
    })
    expect(config.http.port).toBe(0)
    expect(config.outbound).toBe(false)
    expect(config.dataDir.endsWith('x')).toBe(true)
  })

  test.each([
    [{ htpp: {} }, 'htpp', 'unknown-key'],
    [{ feeds: [{ name: 'a', transport: 'mllp', prot: 1 }] }, 'feeds[0].prot', 'unknown-key'],
    [{ feeds: [{ name: 'a', transport: 'mllp', replyTo: 'b' }] }, 'feeds[0].replyTo', 'no-such-destination'],
    [{ http: { host: '0.0.0.0' } }, 'http.host', 'needs-auth'],
    [
      { feeds: [{ name: 'a', transport: 'mllp', options: { host: '0.0.0.0' } }] },
      'feeds[0].options.host',
      'needs-peers'
    ],
    [
      { feeds: [{ name: 'a', transport: 'dimse', options: { host: '0.0.0.0' }, peers: { callingAeTitles: ['MR1'] } }] },
      'feeds[0].options.host',
      'needs-peers'
    ],
    [
      { feeds: [{ name: 'a', transport: 'mllp', options: { host: '::' }, peers: { adresses: ['10.0.0.0/8'] } }] },
      'feeds[0].peers.adresses',
      'unknown-key'
    ],
    [
      { feeds: [{ name: 'a', transport: 'mllp', options: { host: '::' }, peers: { addresses: ['10.0.0.0/0'] } }] },
      'feeds[0].peers.addresses[0]',
      'address-range'
    ],
    [{ feeds: [{ name: 'a', transport: 'mllp', peers: {} }] }, 'feeds[0].peers', 'empty'],
    [{ auth: { mode: 'tokens' } }, 'auth.mode', 'value'],
    [{ auth: { mode: 'token' } }, 'auth.token', 'required'],
    [{ auth: { clients: [] } }, 'auth.mode', 'not-clients'],
    [
      { auth: { mode: 'clients', clients: [{ id: 'a', tokens: [{ sha256: 'plain text' }], scopes: ['metrics'] }] } },
      'auth.clients[0].tokens[0].sha256',
      'value'
    ],
    [
      { auth: { mode: 'clients', clients: [{ id: 'a', tokens: [{ sha256: 'a'.repeat(64) }], scopes: ['all'] }] } },
      'auth.clients[0].scopes',
      'scope'
    ],
    [{ modules: { 'pocket-k': { mode: 'advisory' } } }, 'modules.pocket-k.approval', 'advisory-needs-approval']
  ])('%j is refused at %s: %s', (content, at, reason) => {
    expect(refusal(content)).toMatchObject({ code: 'CONFIG_INVALID', at, reason })
  })

  test('takes the approval, model and policy of a module that has a default, and refuses its unknown keys', () => {
    const approval = { approver: 'a', date: '2026-01-01', modelSha256: 'b', threshold: 0.5, evaluation: 'c' }
    const module = { mode: 'advisory', model: 'm', policy: { orderTimeoutMinutes: 5 }, approval }
    const config = loadConfig({ file: withFile({ modules: { 'pocket-k': module } }), env: {} })
    expect(config.modules['pocket-k']).toEqual(module)
    expect(refusal({ modules: { 'pocket-k': { mood: 'shadow' } } })).toMatchObject({ at: 'modules.pocket-k.mood' })
  })

  test('an unknown environment variable is refused', () => {
    expect(refusal({}, { HISBUNDLE_HTPP_PORT: '1' })).toMatchObject({ reason: 'unknown-variable' })
  })
})
