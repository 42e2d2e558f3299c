import { AppError } from '../../core/errors/app-error.ts'
import { type ReadinessDeps, readinessOf } from './readiness.ts'

const up: ReadinessDeps = {
  store: { sql: { all: async () => [], write: async () => [], define: async () => undefined } },
  bus: { lag: async () => 0 },
  blobs: {},
  runtime: undefined,
  roles: ['edge'],
  outbound: true,
  started: true,
  stopping: false
}
const refuse = (code: 'STORE_UNAVAILABLE' | 'BUS_UNAVAILABLE', reason?: string) => () =>
  Promise.reject(new AppError(code, reason ? { reason } : {}))

test('ready when all that the roles need answers; models are asked for only where they run', async () => {
  expect(await readinessOf(up)).toEqual({
    ready: true,
    roles: ['edge'],
    parts: { server: 'up', store: 'up', bus: 'up', blobs: 'up' }
  })
  expect(await readinessOf({ ...up, roles: ['inference'], runtime: { ready: false } })).toMatchObject({
    ready: false,
    parts: { models: 'not-ready' }
  })
})

test.each<[string, Partial<ReadinessDeps>, Record<string, string>]>([
  ['starting', { started: false }, { server: 'starting' }],
  ['stopping', { stopping: true }, { server: 'stopping' }],
  ['the bus', { bus: { lag: refuse('BUS_UNAVAILABLE') } }, { bus: 'down' }],
  ['the blobs', { blobs: { check: refuse('STORE_UNAVAILABLE', 'bucket-missing') } }, { blobs: 'bucket-missing' }],
  ['the store', { store: { sql: { ...up.store.sql, all: refuse('STORE_UNAVAILABLE') } } }, { store: 'down' }]
])('not ready, and says why: %s', async (_name, broken, parts) => {
  expect(await readinessOf({ ...up, ...broken })).toMatchObject({ ready: false, parts })
})

test('a part that never answers is silent, and the answer comes all the same', async () => {
  const silent = { lag: () => new Promise<number>(() => undefined) }
  expect(await readinessOf({ ...up, bus: silent, answerWithinMs: 20 })).toMatchObject({
    ready: false,
    parts: { bus: 'silent', store: 'up' }
  })
})
