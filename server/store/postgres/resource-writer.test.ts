import { AppError } from '../../../core/errors/app-error.ts'
import type { Pool } from './connect.ts'
import type { ResourceJob } from './resource-group.ts'
import { createResourceWriter } from './resource-writer.ts'

/** A pool whose every use fails as PostgreSQL would, with this SQLSTATE; counts the uses. */
function failing(state: string): { pool: Pool; uses: () => number } {
  let uses = 0
  const pool: Pool = {
    query: () => Promise.reject(new Error('unused')),
    use: () => {
      uses += 1
      return Promise.reject(Object.assign(new Error('it quotes a value'), { code: state }))
    },
    end: () => Promise.resolve()
  }
  return { pool, uses: () => uses }
}

const job: ResourceJob = {
  writes: [],
  guards: [],
  cause: { kind: 'ingest' },
  at: '',
  locks: new Map(),
  conditionLocks: new Map()
}

test.each([
  // SQLSTATEs of PostgreSQL 15, appendix A.
  ['54000', 'FHIR_INVALID', 'not-storable', 1],
  ['22021', 'FHIR_INVALID', 'not-storable', 1],
  ['40P01', 'STORE_UNAVAILABLE', 'serialization', 5],
  ['40001', 'STORE_UNAVAILABLE', 'serialization', 5],
  ['53200', 'STORE_UNAVAILABLE', 'resources', 2],
  ['57014', 'STORE_UNAVAILABLE', 'timeout', 1],
  ['57P01', 'STORE_UNAVAILABLE', 'shutdown', 1],
  ['53100', 'STORE_UNAVAILABLE', 'full', 1],
  ['ECONNRESET', 'STORE_UNAVAILABLE', 'connection', 1]
])('a transaction that ends with %s is refused %s (%s) after %i tries', async (state, code, reason, tries) => {
  const { pool, uses } = failing(state)
  const stats = { commits: 0, transactions: 0 }
  const writer = createResourceWriter({ pool, schema: 's', parallel: 1, maxWaiting: 10, onChanges: () => {}, stats })
  const error = await writer.add(job).catch((cause: unknown) => cause)
  expect(error).toBeInstanceOf(AppError)
  expect([(error as AppError).code, (error as AppError).reason, uses()]).toEqual([code, reason, tries])
  expect(JSON.stringify(error)).not.toContain('quotes')
  expect(stats).toEqual({ commits: 0, transactions: 0 })
})
