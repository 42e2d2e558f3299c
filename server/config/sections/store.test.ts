import { loadConfig } from '../load.ts'

const load = (store: Record<string, unknown>) => loadConfig({ env: {}, override: { store } }).store
const url = 'postgres://his@db.example.org/his'

test('the store is embedded unless said otherwise; PostgreSQL needs its url only', () => {
  expect(load({})).toEqual({ kind: 'sqlite', commitDelayMs: 0 })
  expect(load({ kind: 'postgres', url })).toEqual({
    kind: 'postgres',
    url,
    passwordFile: '',
    tls: '',
    caFile: '',
    schema: 'hisbundle',
    poolSize: 10,
    statementTimeoutMs: 30_000
  })
})

test('the environment may name the database', () => {
  const env = { HISBUNDLE_STORE_KIND: 'postgres', HISBUNDLE_STORE_URL: url, HISBUNDLE_STORE_PASSWORD_FILE: 'secret' }
  expect(loadConfig({ env }).store).toMatchObject({ kind: 'postgres', url, passwordFile: 'secret' })
})

test.each([
  [{ kind: 'oracle' }, 'store.kind', 'value'],
  [{ url }, 'store.url', 'not-for-sqlite'],
  [{ commitDelayMs: -1 }, 'store.commitDelayMs', 'value'],
  [{ kind: 'postgres' }, 'store.url', 'required'],
  [{ kind: 'postgres', url: 'db.example.org' }, 'store.url', 'not-a-url'],
  [{ kind: 'postgres', url: 'mysql://his@db/his' }, 'store.url', 'not-a-url'],
  [{ kind: 'postgres', url: `${url}?sslmode=disable` }, 'store.url', 'parameter'],
  [{ kind: 'postgres', url, commitDelayMs: 4 }, 'store.commitDelayMs', 'not-for-postgres'],
  [{ kind: 'postgres', url, tls: 'allow' }, 'store.tls', 'value'],
  [{ kind: 'postgres', url, schema: 'x; DROP' }, 'store.schema', 'value'],
  [{ kind: 'postgres', url, poolSize: 2 }, 'store.poolSize', 'value'],
  [{ kind: 'postgres', url, statementTimeoutMs: 'long' }, 'store.statementTimeoutMs', 'value'],
  [{ kind: 'postgres', url, password: 'x' }, 'store.password', 'unknown-key']
])('refuses %p at %s', (store, at, reason) => {
  expect(() => load(store)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', at, reason }))
})
