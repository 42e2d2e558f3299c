import { createPool, type Pool, type PostgresAccess } from '../../../server/store/postgres/connect.ts'
import { toDollarMarks } from '../../../server/store/postgres/dialect.ts'
import { pageSql } from '../../../server/store/search/page.ts'
import { parseQuery, queryPairs } from '../../../server/store/search/query.ts'
import { accessOf, closeAll, openStore } from './access.ts'
import { type PostgresCluster, startPostgres } from './cluster.ts'
import { fillWithPatients } from './fill.ts'

/** Patients with four potassiums each; 100,000 resources: TEST_PATIENTS=20000, which prints the times as well. */
const PATIENTS = Number(process.env['TEST_PATIENTS'] ?? 800)

let cluster: PostgresCluster
let access: PostgresAccess
let pool: Pool
beforeAll(async () => {
  cluster = await startPostgres()
  access = accessOf(cluster.url)
  const store = await openStore(access)
  await fillWithPatients(store, PATIENTS)
  pool = createPool(access, 'explain', 1)
  await pool.query('ANALYZE')
}, 600_000)
afterAll(async () => {
  await pool.end()
  await closeAll()
  await cluster.stop()
})

// What a ward, an order desk or a subscription asks for; each must find its few rows by an index.
test.each([
  'Patient?identifier=urn:mrn|M77',
  'Patient?name=fam77',
  'Patient?family=Fam77&given=giv77',
  'Patient?birthdate=1970-05-15',
  'Patient?_id=p5,p6',
  'Observation?patient=p77',
  'Observation?subject=Patient/p77&code=http://loinc.org|2823-3&_sort=-date',
  'Observation?patient=p77&date=ge2024-01-01&date=lt2024-02-01',
  'Observation?patient.identifier=urn:mrn|M77',
  'Observation?_sort=-_lastUpdated&_count=20'
])('%s is answered by indexes', async (search) => {
  const at = search.indexOf('?')
  const { text, params } = pageSql(parseQuery(search.slice(0, at), queryPairs(search.slice(at + 1))), () => undefined)
  const rows = await pool.query<{ 'QUERY PLAN': string }>(`EXPLAIN ANALYZE ${toDollarMarks(text)}`, params)
  const plan = rows.map((row) => row['QUERY PLAN'])
  if (process.env['TEST_PATIENTS']) process.stdout.write(`${search}: ${plan.at(-1)}\n`)
  // The newest of all are found by sorting what is there, or backwards by the index.
  if (!search.includes('_lastUpdated')) expect(plan.filter((line) => line.includes('Seq Scan'))).toEqual([])
  expect(plan.some((line) => line.includes('Index'))).toBe(true)
})
