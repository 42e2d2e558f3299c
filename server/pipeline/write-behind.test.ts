import { AppError } from '../../core/errors/app-error.ts'
import type { Sql, Statement } from '../../core/sql.ts'
import { manualScheduler } from '../bus/scheduler.ts'
import { createWriteBehind } from './write-behind.ts'

const row = (name: string): Statement => ({ sql: name })

/** A store that can refuse, and the transactions it took. */
function build() {
  const transactions: string[][] = []
  const store = { refuses: false }
  const sql: Sql = {
    define: async () => {},
    all: async () => [],
    async write(statements) {
      if (store.refuses) throw new AppError('STORE_UNAVAILABLE')
      transactions.push(statements.map(({ sql }) => sql))
      return statements.map(() => 1)
    }
  }
  const scheduler = manualScheduler()
  return { store, transactions, scheduler, behind: createWriteBehind(sql, scheduler) }
}

test('what is added in one turn shares a transaction, in order', async () => {
  const { behind, transactions } = build()
  behind.add(row('a'))
  behind.add(row('b'), row('c'))
  await behind.flush()
  expect(transactions).toEqual([['a', 'b', 'c']])
  expect(behind.pending).toBe(0)
})

test('keeps rows while the store refuses, and writes them in order when it takes again', async () => {
  const { behind, store, transactions, scheduler } = build()
  store.refuses = true
  behind.add(row('a'))
  await behind.flush()
  behind.add(row('b'))
  expect([behind.pending, transactions]).toEqual([2, []])
  store.refuses = false
  scheduler.advance(500)
  await behind.flush()
  expect(transactions.flat()).toEqual(['a', 'b'])
})
