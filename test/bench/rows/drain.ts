import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BenchOptions, BenchRow } from '../../../server/cli/bench.ts'
import { type ServeChild, serveChild } from '../../integration/support/serve-child.ts'
import { startKafka } from '../../peers/kafka/broker.ts'
import { startPostgres } from '../../peers/postgres/cluster.ts'
import { check, reached } from '../support/check.ts'
import { HEAVY_PARAMETERS, writeHeavyModel } from '../support/heavy-model.ts'
import { startLoad } from '../support/load.ts'

const TRACINGS = 800
const ASSOCIATIONS = 4
/** Below this a run is a test of correctness and drains a twentieth. */
const FULL_FROM_SECONDS = 5
const PARTITIONS = 16
/** The part of the results between which the rate is taken: all processes have joined, and none has run dry. */
const WINDOW = { from: 0.25, to: 0.85 }

interface Engines {
  brokers: string[]
  database: string
}

/**
 * Results a second while a topic that was filled before is drained by one inference process and by two, each with one
 * worker of one thread and a network of thirty million random weights. Everything else of the hospital stands still:
 * events on Kafka, resources in PostgreSQL, blobs in a shared folder.
 */
export async function drainRows(options: BenchOptions): Promise<BenchRow[]> {
  const dir = mkdtempSync(join(tmpdir(), 'hb-bench-'))
  writeHeavyModel(join(dir, 'models', 'pocket-k-heavy'))
  const [kafka, postgres] = await Promise.all([startKafka(), startPostgres()])
  try {
    const rates: number[] = []
    for (const processes of [1, 2]) {
      const engines = { brokers: kafka.brokers, database: await postgres.newDatabase() }
      rates.push(
        await drainBy(processes, { dir: join(dir, String(processes)), models: join(dir, 'models') }, engines, options)
      )
    }
    const [one, two] = rates as [number, number]
    return [
      {
        name: 'inference.drain.twoProcesses.perSecond',
        value: two,
        unit: '1/s',
        peer: { name: 'one process', value: one },
        ratio: two / one,
        target: 1.7
      }
    ]
  } finally {
    await Promise.all([kafka.stop(), postgres.stop()])
    rmSync(dir, { recursive: true, force: true })
  }
}

async function drainBy(
  processes: number,
  { dir, models }: { dir: string; models: string },
  { brokers, database }: Engines,
  { seconds, say }: BenchOptions
): Promise<number> {
  const tracings = seconds < FULL_FROM_SECONDS ? TRACINGS / 20 : TRACINGS
  const children: ServeChild[] = []
  const start = (name: string, roles: string[]): ServeChild => {
    const home = join(dir, name)
    mkdirSync(home, { recursive: true })
    const file = join(home, 'hisbundle.config.json')
    const feeds = [{ name: 'dicom', transport: 'dimse', options: { port: 0 }, defaultAuthority: 'HOSP', zone: 'UTC' }]
    const config = {
      dataDir: join(home, 'data'),
      roles,
      http: { port: 0 },
      feeds,
      bus: {
        kind: 'kafka',
        partitions: PARTITIONS,
        kafka: { brokers, topicPrefix: `d${processes}.`, groupPrefix: `d${processes}.`, replicationFactor: 1 }
      },
      store: { kind: 'postgres', url: database },
      blobs: { kind: 'file', dir: join(dir, 'blobs') },
      models: { root: models },
      modules: { 'pocket-k': { mode: 'shadow', policy: {} } },
      inference: { workers: 1 }
    }
    writeFileSync(file, JSON.stringify(config))
    const child = serveChild(file)
    children.push(child)
    return child
  }
  const modality = startLoad('modality')
  try {
    const hospital = await start('hospital', ['edge', 'ingest', 'fhir']).up
    await modality.call('prepare', { people: tracings })
    const sent = await modality.call<{ stored: number }>('send', {
      address: hospital.feeds.dicom,
      associations: ASSOCIATIONS
    })
    check('ECG objects stored', sent.stored, tracings)
    const count = (query: string) => () => total(`${hospital.http}/fhir/R4/${query}`)
    await reached('ECGs recorded', count('DocumentReference'), { wanted: tracings, everyMs: 200 })
    check('results before inference runs', await count('RiskAssessment')(), 0)
    await Promise.all(Array.from({ length: processes }, (_, n) => start(`inference-${n}`, ['inference']).up))
    const seen = { wanted: tracings * WINDOW.from, everyMs: 50 }
    const began = await reached('the first results', count('RiskAssessment'), seen)
    const first = await count('RiskAssessment')()
    const wanted = Math.round(tracings * WINDOW.to)
    const ended = await reached('most results', count('RiskAssessment'), { wanted, everyMs: 50, patienceMs: 600_000 })
    const rate = ((wanted - first) / (ended - began)) * 1000
    await reached('all results', count('RiskAssessment'), { wanted: tracings, everyMs: 200 })
    say(
      `drain: ${processes} process(es), ${tracings} tracings, ${HEAVY_PARAMETERS} weights, ${rate.toFixed(1)} a second`
    )
    return rate
  } finally {
    modality.stop()
    for (const { process: child } of children) child.kill('SIGKILL')
    await Promise.all(children.map(({ exited }) => exited))
  }
}

async function total(url: string): Promise<number> {
  const response = await fetch(`${url}?_summary=count`)
  return ((await response.json()) as { total: number }).total
}
