import { type PostgresCluster, query, startPostgres } from './cluster.ts'

let cluster: PostgresCluster
beforeAll(async () => {
  cluster = await startPostgres()
})
afterAll(() => cluster.stop())

test('a killed cluster keeps what was committed and comes back at the same address', async () => {
  const url = await cluster.newDatabase()
  await query(url, 'CREATE TABLE kept AS SELECT 1 AS one')
  await cluster.kill()
  await expect(query(url, 'SELECT 1')).rejects.toThrow()
  await cluster.restart()
  expect(await query(url, 'SELECT one FROM kept')).toEqual([{ one: 1 }])
})
