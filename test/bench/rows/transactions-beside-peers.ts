import type { BenchOptions, BenchRow } from '../../../server/cli/bench.ts'
import { type PostgresCluster, startPostgres } from '../../peers/postgres/cluster.ts'
import { buildWorld } from '../../support/world.ts'
import type { HttpReport } from '../load/http.ts'
import { startJava } from '../peers/java.ts'
import { check } from '../support/check.ts'
import { startLoad } from '../support/load.ts'

const CONCURRENCY = 32
/** A virtual machine has to compile its hot paths before it shows what it can. */
const WARM_ROUNDS = 2

/** What answers FHIR transactions: ours on either database, or the peer. */
interface Subject {
  base: string
  stop(): Promise<void>
}

/**
 * Durable transactions of two resources, the same clients and bodies against: His Bundle on SQLite, His Bundle on
 * PostgreSQL, and HAPI's JPA server on the same PostgreSQL (its defaults; neither validates against profiles there).
 */
export async function transactionsBesidePeers(options: BenchOptions): Promise<BenchRow[]> {
  const postgres = await startPostgres()
  try {
    const sqlite = await measure(options, 'SQLite', await ours({ kind: 'sqlite' }))
    const onPostgres = await measure(
      options,
      'PostgreSQL',
      await ours({ kind: 'postgres', url: await postgres.newDatabase() })
    )
    const jpa = await hapiJpa(postgres)
    const hapi = jpa && (await measure(options, 'HAPI JPA', jpa))
    if (hapi === undefined) options.say('tx: HAPI JPA is not installed (bash test/peers/install.sh hapi-jpa)')
    const beside = (value: number): Partial<BenchRow> =>
      hapi === undefined ? {} : { peer: { name: 'HAPI JPA 8.8.0 on PostgreSQL', value: hapi }, ratio: value / hapi }
    return [
      { name: 'fhir.tx2.sqlite.perSecond', value: sqlite, unit: '1/s', ...beside(sqlite) },
      { name: 'fhir.tx2.postgres.perSecond', value: onPostgres, unit: '1/s', ...beside(onPostgres) }
    ]
  } finally {
    await postgres.stop()
  }
}

async function ours(store: object): Promise<Subject> {
  const world = await buildWorld({ config: { store } })
  return { base: `${world.http}/fhir/R4`, stop: () => world.stop() }
}

async function hapiJpa(postgres: PostgresCluster): Promise<Subject | undefined> {
  const { host, pathname, username, password } = new URL(await postgres.newDatabase())
  const args = [`jdbc:postgresql://${host}${pathname}`, username, password]
  const java = await startJava('hapi-jpa', 'hisbundle.HapiJpaServer', args)
  return java && { base: `http://127.0.0.1:${java.port}/fhir`, stop: async () => java.stop() }
}

async function measure({ seconds, say }: BenchOptions, name: string, { base, stop }: Subject): Promise<number> {
  const clients = startLoad('http')
  try {
    const round = (prefix: string) =>
      clients.call<HttpReport>('transactions', { base, seconds, concurrency: CONCURRENCY, prefix })
    for (let warm = 0; warm < WARM_ROUNDS; warm++) check('not answered 2xx', (await round(`W${warm}`)).other, 0)
    const { ok, other, ms, ...report } = await round('R')
    check('transactions not answered 2xx', other, 0)
    say(`tx: ${name} ${ok} in ${report.seconds.toFixed(1)} s, p50 ${ms.p50.toFixed(1)} p99 ${ms.p99.toFixed(1)} ms`)
    return ok / report.seconds
  } finally {
    clients.stop()
    await stop()
  }
}
