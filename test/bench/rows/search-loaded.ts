import type { BenchOptions, BenchRow } from '../../../server/cli/bench.ts'
import { startPostgres } from '../../peers/postgres/cluster.ts'
import { buildWorld } from '../../support/world.ts'
import type { HttpReport } from '../load/http.ts'
import { check } from '../support/check.ts'
import { loadHospital, patientOf, peopleFor } from '../support/hospital.ts'
import { startLoad } from '../support/load.ts'

const RESOURCES = 100_000
const CLIENTS = 4
/** Below this a run is a test of correctness and loads a hundredth. */
const FULL_FROM_SECONDS = 5

/** Searches by HTTP over 100,000 resources, people drawn at random; the store cold but for its load. */
export async function searchLoadedRows(options: BenchOptions): Promise<BenchRow[]> {
  const onSqlite = await measure(options, 'sqlite', {})
  const postgres = await startPostgres()
  try {
    const store = { kind: 'postgres', url: await postgres.newDatabase() }
    return [...onSqlite, ...(await measure(options, 'postgres', { store }))]
  } finally {
    await postgres.stop()
  }
}

async function measure({ seconds, say }: BenchOptions, name: string, config: object): Promise<BenchRow[]> {
  const world = await buildWorld({ config: { ...config } })
  const http = startLoad('http')
  try {
    const people = peopleFor(seconds < FULL_FROM_SECONDS ? RESOURCES / 100 : RESOURCES)
    const began = performance.now()
    await loadHospital(world.app.store, people)
    say(`search: ${people * 5} resources into ${name} in ${((performance.now() - began) / 1000).toFixed(0)} s`)
    const patients = Array.from({ length: people }, (_, number) => patientOf(number))
    const base = `${world.http}/fhir/R4`
    const round = (length: number) =>
      http.call<HttpReport>('searches', { base, seconds: length, concurrency: CLIENTS, patients })
    check('searches not answered 200', (await round(1)).other, 0)
    const { ok, other, ms, seconds: took } = await round(seconds)
    check('searches not answered 200', other, 0)
    return [
      { name: `fhir.search.100k.${name}.p50Ms`, value: ms.p50, unit: 'ms' },
      { name: `fhir.search.100k.${name}.p99Ms`, value: ms.p99, unit: 'ms' },
      { name: `fhir.search.100k.${name}.perSecond`, value: ok / took, unit: '1/s' }
    ]
  } finally {
    http.stop()
    await world.stop()
  }
}
