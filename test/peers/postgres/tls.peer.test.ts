import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../../core/clock.ts'
import { silentLogger } from '../../../core/log.ts'
import { loadConfig } from '../../../server/config/load.ts'
import { createStore } from '../../../server/store/index.ts'
import { type PostgresCluster, query, startPostgres } from './cluster.ts'

const dir = mkdtempSync(join(tmpdir(), 'hisbundle-postgres-tls-'))
const file = (name: string): string => join(dir, name)
let cluster: PostgresCluster

/** A certificate that is its own authority. */
function certificate(name: string, subject: string): void {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', file(`${name}.key`)]
  const names = ['-subj', '/CN=database', '-addext', `subjectAltName=${subject}`]
  execFileSync('openssl', ['req', '-x509', ...key, '-out', file(`${name}.pem`), '-days', '2', ...names], {
    stdio: 'pipe'
  })
}

const withCertificate = (name: string): Promise<PostgresCluster> =>
  startPostgres({
    settings: { ssl: 'on', ssl_cert_file: 'its.pem', ssl_key_file: 'its.key' },
    files: {
      'its.pem': readFileSync(file(`${name}.pem`), 'utf8'),
      'its.key': readFileSync(file(`${name}.key`), 'utf8')
    }
  })

beforeAll(async () => {
  certificate('server', 'IP:127.0.0.1')
  certificate('other', 'IP:127.0.0.1')
  certificate('elsewhere', 'DNS:db.example.org')
  cluster = await withCertificate('server')
})
afterAll(async () => {
  await cluster.stop()
  rmSync(dir, { recursive: true, force: true })
})

/** Starts the store that a configuration names; its schema tells who it was. */
async function start(schema: string, more: Record<string, unknown>, at = cluster): Promise<unknown> {
  const url = new URL(at.url)
  writeFileSync(file('password'), `${url.password}\n`)
  url.password = ''
  const override = { store: { kind: 'postgres', url: url.href, passwordFile: file('password'), schema, ...more } }
  const store = createStore(loadConfig({ env: {}, override }).store, {
    dataDir: dir,
    clock: systemClock,
    log: silentLogger
  })
  try {
    await store.start()
    return await query(
      at.url,
      `SELECT bool_and(ssl) AS ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name LIKE 'hisbundle%'`
    )
  } catch (error) {
    return (error as { code?: string }).code
  } finally {
    await store.stop()
  }
}

test('every connection is by TLS when it has to be, with the password of a file', async () => {
  expect(await start('one', { tls: 'verify', caFile: file('server.pem') })).toEqual([{ ssl: true }])
})

test('a certificate of another authority is refused', async () => {
  expect(await start('two', { tls: 'verify', caFile: file('other.pem') })).toBe('STORE_UNAVAILABLE')
  expect(await start('three', { tls: 'verify' })).toBe('STORE_UNAVAILABLE')
})

test('a certificate of another name is refused', async () => {
  const other = await withCertificate('elsewhere')
  try {
    expect(await start('one', { tls: 'verify', caFile: file('elsewhere.pem') }, other)).toBe('STORE_UNAVAILABLE')
  } finally {
    await other.stop()
  }
})

test('a database on this machine may do without, and a missing file of an authority is named', async () => {
  expect(await start('four', {})).toEqual([{ ssl: false }])
  await expect(start('five', { caFile: file('absent.pem'), tls: 'verify' })).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    reason: 'not-readable'
  })
})
